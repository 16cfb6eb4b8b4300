import type { FastifyInstance } from 'fastify'
import { SMALL_BYTES } from '../../../federation/protocol/limits.ts'
import { checkAlarm } from '../../../federation/protocol/validate.ts'
import { MIN_TRUST } from '../../incidents/agreement.ts'
import { type RecordedAlarm, recordAlarm, settleIncident } from '../../incidents/record-alarm.ts'
import { inflate } from '../../ingest/inflate.ts'
import { bodyOf } from '../content-types.ts'
import { publishIncidents } from '../publish-incidents.ts'
import { alarmContext, checkTime, type Services } from '../services.ts'

const MINUTE_MS = 60_000

/** `POST /v1/alarms`: 202; `counts` says whether this member's word goes towards an incident yet. */
export function alarmRoutes(app: FastifyInstance, services: Services): void {
  const { signers, options, now, admission, metrics, watch, settling } = services
  app.post('/v1/alarms', { bodyLimit: SMALL_BYTES, config: { admit: 'alarm' } }, async (request, reply) => {
    const opened = signers.open('alarm', inflate(bodyOf(request), request.headers['content-encoding'], SMALL_BYTES))
    request.member = opened.member
    await signers.requireActive(opened)
    const alarm = checkAlarm(opened.document)
    checkTime(alarm.minute * MINUTE_MS, now(), MINUTE_MS)
    admission.member('alarm', opened.member)
    const context = alarmContext(services)
    const recorded = await recordAlarm(context, opened.member, alarm)
    await settling.run(alarm, async () => {
      await settleIncident(context, alarm)
      // Reports are held against it from now on.
      await watch.refreshIncidents(options.store.db)
    })
    watch.note(opened.member, alarm)
    metrics.alarmTaken(alarm.state)
    await publishIncidents(services)
    return reply.code(202).send({ status: 'accepted', ...countedAt(recorded) })
  })
}

function countedAt({ trust, uses }: RecordedAlarm): { readonly counts: boolean; readonly message?: string } {
  const because = (reason: string) => ({
    counts: false,
    message: `Noted, but it does not count towards an incident: ${reason}`,
  })
  if (!uses) return because('none of your reports of the last day includes this endpoint.')
  if (trust >= MIN_TRUST) return { counts: true }
  return because(
    `your trust is ${trust.toFixed(2)}, and ${MIN_TRUST} is needed. It grows as your reports agree with the hub's probes and with others', or the operator vouches for you.`,
  )
}

import type { FastifyInstance } from 'fastify'
import { PROBE_BYTES, PROBE_MAX_AGE_S, REQUEST_MAX_SKEW_S } from '../../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../../federation/protocol/problem.ts'
import { checkProbes } from '../../../federation/protocol/validate.ts'
import { inflate } from '../../ingest/inflate.ts'
import { recordProbes } from '../../probes/record-probes.ts'
import { settleProbed } from '../../probes/settle-probed.ts'
import { suspects } from '../../probes/suspects.ts'
import { bodyOf } from '../content-types.ts'
import { publishIncidents } from '../publish-incidents.ts'
import { alarmContext, type Services } from '../services.ts'
import { openRequest } from '../signed-request.ts'

/** They look themselves at who asks. */
const SIGNED = { exposeHeadRoute: false, config: { access: 'open' } } as const

/**
 * `POST /v1/probes`: what a prober measured; 202 once it is durable, 200 when it was already. `GET
 * /v1/probes/suspects`: for probers, what members complain of just now.
 */
export function probeRoutes(app: FastifyInstance, services: Services): void {
  const { signers, options, now, admission, metrics } = services
  const { store } = options
  app.post('/v1/probes', { bodyLimit: PROBE_BYTES, config: { admit: 'report' } }, async (request, reply) => {
    const opened = signers.open('probes', inflate(bodyOf(request), request.headers['content-encoding'], PROBE_BYTES))
    request.member = opened.member
    admission.member('report', opened.member)
    await signers.requireActiveNow(opened, 'prober')
    const batch = checkProbes(opened.document)
    const nowS = now() / 1000
    for (const { time } of batch.results) checkAge(time, nowS)
    const { status, endpoints } = await recordProbes(store.db, opened.member, batch, nowS)
    if (status === 'accepted') for (const { kind } of batch.results) metrics.probed(kind)
    await settleProbed(alarmContext(services), endpoints)
    await publishIncidents(services)
    return reply.code(status === 'accepted' ? 202 : 200).send({ status })
  })

  app.get('/v1/probes/suspects', SIGNED, async (request, reply) => {
    const opened = openRequest(services, request)
    request.member = opened.member
    await signers.requireActiveNow(opened, 'prober')
    return reply.header('cache-control', 'no-store').send({ endpoints: await suspects(store.db, now() / 1000) })
  })
}

function checkAge(time: number, now: number): void {
  if (time > now + REQUEST_MAX_SKEW_S) throw new ProtocolProblem('clock_skew', 'A result is dated ahead of the hub.')
  if (time < now - PROBE_MAX_AGE_S) throw new ProtocolProblem('epoch_too_old', 'A result is more than a day old.')
}

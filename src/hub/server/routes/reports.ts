import type { FastifyInstance } from 'fastify'
import { REPORT_WIRE_BYTES } from '../../../federation/protocol/limits.ts'
import type { Report } from '../../../federation/protocol/types.ts'
import { heedReport } from '../../incidents/reported.ts'
import { receiveReport } from '../../ingest/receive-report.ts'
import { bodyOf } from '../content-types.ts'
import { publishIncidents } from '../publish-incidents.ts'
import { alarmContext, type Services } from '../services.ts'

/** `POST /v1/reports`: 202 once the report is durable, 200 when it was already. */
export function reportRoutes(app: FastifyInstance, services: Services): void {
  const { signers, writer, options, now, admission, metrics, watch } = services
  const heed = (member: string, report: Report) => {
    const well = watch.wellIn(member, report)
    const { epoch } = report
    if (well.length === 0) return undefined
    return async () => {
      await heedReport(alarmContext(services), member, epoch, well)
      await publishIncidents(services)
    }
  }
  app.post('/v1/reports', { bodyLimit: REPORT_WIRE_BYTES, config: { admit: 'report' } }, async (request, reply) => {
    const admit = (member: string) => {
      request.member = member
      admission.member('report', member)
    }
    const parts = { signers, writer, epochSeconds: options.epochSeconds, now, admit, heed }
    const status = await receiveReport(parts, bodyOf(request), request.headers['content-encoding'])
    metrics.reportTaken(status)
    return reply.code(status === 'accepted' ? 202 : 200).send({ status })
  })
}

import { createHash } from 'node:crypto'
import { REPORT_BYTES } from '../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { Report } from '../../federation/protocol/types.ts'
import { checkReport } from '../../federation/protocol/validate.ts'
import { checkEpoch } from './epoch-rules.ts'
import { inflate } from './inflate.ts'
import type { ReportWriter } from './report-writer.ts'
import { requireStatus, type Signers } from './signers.ts'
import { storedBody } from './stored-report.ts'
import type { NewReport } from './write-reports.ts'

export interface IngestParts {
  readonly signers: Signers
  readonly writer: ReportWriter
  readonly epochSeconds: number
  readonly now: () => number
  /** Called with whose report it is as soon as that is certain; throws when the member sends too many. */
  readonly admit: (member: string) => void
  /** Called with a report before it is let go: what is to be done once it is stored, if anything. */
  readonly heed?: (member: string, report: Report) => (() => Promise<void>) | undefined
}

/**
 * One report, from the bytes of the request to the commit; cheap checks and those that need no database first. Settles
 * once it is durable.
 * @throws ProtocolProblem whatever is wrong with it
 */
export async function receiveReport(
  parts: IngestParts,
  body: Buffer,
  encoding: string | undefined,
): Promise<'accepted' | 'already'> {
  const { report, publicKey, heeded } = await readReport(parts, body, encoding)
  const written = await parts.writer.write(report)
  switch (written) {
    case 'accepted':
      await heeded?.()
      return written
    case 'already':
      return written
    case 'conflict':
      throw new ProtocolProblem(
        'conflict',
        `Another report of epoch ${report.epoch} was taken already; this one is not.`,
      )
    case 'vanished':
      throw new ProtocolProblem('unavailable', 'The hub was tidying up: send it again.', { retryAfterS: 1 })
    default:
      parts.signers.forget(publicKey)
      requireStatus(written)
      throw new ProtocolProblem('internal', `A member is ${written}.`)
  }
}

/**
 * What is stored of it. A function of its own, so that the parsed cells are garbage before the commit is waited for:
 * held that long, they cost a report a tenth more, for the collector.
 */
async function readReport(
  { signers, admit, epochSeconds, now, heed }: IngestParts,
  body: Buffer,
  encoding: string | undefined,
): Promise<Readonly<{ report: NewReport; publicKey: string; heeded: (() => Promise<void>) | undefined }>> {
  const bytes = inflate(body, encoding, REPORT_BYTES)
  const opened = signers.open('report', bytes)
  admit(opened.member)
  await signers.requireActive(opened)
  const document = checkReport(opened.document)
  const { epoch } = document
  checkEpoch(epoch, epochSeconds, now())
  const hash = createHash('sha256').update(opened.payload).digest('hex')
  const report = { member: opened.member, epoch, hash, body: storedBody(body, bytes) }
  return { report, publicKey: opened.publicKey, heeded: heed?.(opened.member, document) }
}

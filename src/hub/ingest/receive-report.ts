import { createHash } from 'node:crypto'
import { REPORT_BYTES } from '../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import { checkReport } from '../../federation/protocol/validate.ts'
import { checkEpoch } from './epoch-rules.ts'
import { inflate } from './inflate.ts'
import type { ReportWriter } from './report-writer.ts'
import { requireStatus, type Signers } from './signers.ts'
import { storedBody } from './stored-report.ts'

export interface ReportParts {
  readonly signers: Signers
  readonly writer: ReportWriter
  readonly epochSeconds: number
  readonly now: () => number
  /** Called with whose report it is as soon as that is certain; throws when the member sends too many. */
  readonly admit: (member: string) => void
}

/**
 * One report, from the bytes of the request to the commit; cheap checks and those that need no database first. Settles once it is durable.
 * @throws ProtocolProblem whatever is wrong with it
 */
export async function receiveReport(parts: ReportParts, body: Buffer, encoding: string | undefined): Promise<'accepted' | 'already'> {
  const bytes = inflate(body, encoding, REPORT_BYTES)
  const opened = parts.signers.open('report', bytes)
  parts.admit(opened.member)
  await parts.signers.requireActive(opened)
  const { epoch } = checkReport(opened.document)
  checkEpoch(epoch, parts.epochSeconds, parts.now())
  const hash = createHash('sha256').update(opened.payload).digest('hex')
  const written = await parts.writer.write({ member: opened.member, epoch, hash, body: storedBody(body, bytes) })
  switch (written) {
    case 'accepted':
    case 'already':
      return written
    case 'conflict':
      throw new ProtocolProblem('conflict', `Another report of epoch ${epoch} was taken already; this one is not.`)
    case 'vanished':
      throw new ProtocolProblem('unavailable', 'The hub was tidying up: send it again.', { retryAfterS: 1 })
    default:
      parts.signers.forget(opened.publicKey)
      requireStatus(written)
      throw new ProtocolProblem('internal', `A member is ${written}.`)
  }
}

import { fingerprint } from '../../federation/protocol/keys.ts'
import { WORK_BITS } from '../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import type { Enrolment } from '../../federation/protocol/types.ts'
import { isDone } from '../../federation/protocol/work.ts'
import type { Services } from './services.ts'

/**
 * Who brings no invite must have worked for this hub and this key, if the hub lets such in at all.
 * @throws ProtocolProblem invite_unknown, work_needed
 */
export function requireWork({ options, now }: Services, { work }: Enrolment, publicKey: string): void {
  const { openEnrolment = false, workBits = WORK_BITS, key } = options
  if (!openEnrolment)
    throw new ProtocolProblem('invite_unknown', 'This hub takes members by invite only. Ask its operator for one.')
  const task = { hub: fingerprint(key.publicKey), publicKey }
  if (work && isDone(work, task, workBits, now())) return
  throw new ProtocolProblem(
    'work_needed',
    `Without an invite this hub wants work of ${workBits} zero bits, done today for this key.`,
  )
}

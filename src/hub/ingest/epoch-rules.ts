import { epochStart } from '../../federation/protocol/epoch.ts'
import { REPORT_MAX_AGE_S } from '../../federation/protocol/limits.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'

/**
 * A report is taken from the end of its epoch until 24 h later, by the hub's clock. @throws ProtocolProblem
 * epoch_not_over, epoch_too_old
 */
export function checkEpoch(epoch: number, epochSeconds: number, nowMs: number): void {
  const endMs = epochStart(epoch + 1, epochSeconds)
  if (endMs > nowMs) {
    const waitS = Math.ceil((endMs - nowMs) / 1000)
    throw new ProtocolProblem('epoch_not_over', `Epoch ${epoch} is not over: this hub's clock says ${clock(nowMs)}.`, {
      // Further off than an epoch it is the clock that is wrong, and waiting does not help.
      ...(waitS <= epochSeconds && { retryAfterS: waitS }),
    })
  }
  if (nowMs - endMs > REPORT_MAX_AGE_S * 1000) {
    throw new ProtocolProblem(
      'epoch_too_old',
      `Epoch ${epoch} ended more than 24 h ago: this hub's clock says ${clock(nowMs)}.`,
    )
  }
}

/** A time as error messages tell it. */
export const clock = (unixMs: number): string => new Date(unixMs).toISOString().replace(/\.\d+/, '')

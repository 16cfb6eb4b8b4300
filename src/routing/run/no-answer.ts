import { RouterError } from '../../base/errors.ts'
import type { Step } from '../resolve/resolve.ts'
import { notKept } from './not-kept.ts'
import type { PlanOwner } from './plan-run.ts'
import { failureOf, notEligible } from './verdict.ts'

/** Why there is no answer. `isStopped`: the router is going down. */
export function whyNoAnswer(
  { call, dueMs, opinion, progress }: PlanOwner,
  steps: readonly Step[],
  isStopped: boolean,
): RouterError {
  const { attempts, excluded, retryAfterMs, untranslatable } = progress
  if (isStopped) return new RouterError('ROUTER_DRAINING', {}, { retryAfterMs: 1000 })
  if (attempts.length > 0) return failureOf(attempts, retryAfterMs, opinion.refusal, excluded)
  if (performance.now() >= dueMs) return new RouterError('ROUTER_TIMED_OUT', {})
  const models = steps.map(({ model }) => model.name)
  return untranslatable ?? notKept(call, steps, excluded) ?? notEligible(models, excluded, retryAfterMs)
}

import type { AttemptContext } from '../attempt/context.ts'
import type { Home } from '../conversation/affinity.ts'
import type { Residence } from '../conversation/residence.ts'
import type { PlanInput } from '../plan/plan-input.ts'
import type { Step } from '../resolve/resolve.ts'
import { valueOfTimeOf } from '../resolve/value-of-time.ts'

/** The home is another one for each group of models. */
export type GroupInput = PlanInput & { home: Home | undefined; own: Step['own'] | undefined }

/** What all groups of a request's models are planned by. */
export function groupInput(
  { call, class: workload, core, demand, inputTokens }: AttemptContext,
  seed: number,
): GroupInput {
  const { operation, wire, stream, held, headers } = call
  return {
    operation,
    wire,
    stream,
    held,
    demand,
    class: workload,
    inputTokens,
    seed,
    now: core.now(),
    valueOfTime: valueOfTimeOf(headers, call.valueOfTime, demand.serviceTier),
    home: undefined,
    own: undefined,
  }
}

/** The conversation's home in one of these models; it is not recognised where there is no choice to make. */
export function homeIn(group: readonly Step[], residence: Residence, now: number): Home | undefined {
  const first = group[0]!
  const isChoice = group.length > 1 || first.model.routes.length > 1
  return isChoice && first.preferences.order.length === 0
    ? residence.find(group, now, staysWhenNamed(first))
    : undefined
}

/** Whether its strategy keeps conversations in one place only when their client named them. */
const staysWhenNamed = ({ preferences, strategy, model }: Step) =>
  !preferences.sort && (strategy ?? model.strategy).instance.affinity === 'named'

import type { Operation, StateDelta } from '../../plugins/api.ts'
import type { OwnAccount } from '../catalogue.ts'
import { Affinity } from '../conversation/affinity.ts'
import { Owners } from '../conversation/owners.ts'
import { Health } from '../health/health.ts'
import type { HealthChange } from '../health/health-change.ts'
import { EndpointLimits } from '../health/limits.ts'
import { HedgeBudget } from './hedge-budget.ts'

/** What a class shows, so that another may stand in its place. */
type Port<T> = Pick<T, keyof T>

/**
 * What requests leave behind for those that follow. The engine takes it and makes none, so that routers can share it.
 */
export interface EngineState {
  readonly health: Port<Health>
  /**
   * Of counting tokens: makers limit it apart, and what goes wrong with it says nothing of chats. Each router's own.
   */
  readonly countingHealth: Port<Health>
  readonly limits: Port<EndpointLimits>
  readonly affinity: Port<Affinity>
  readonly owners: Port<Owners>
  /** Each router's own: shares of parts add up to the share of the whole. */
  readonly hedges: Port<HedgeBudget>
}

interface StateListeners {
  /** An endpoint was ejected or came back, here. */
  readonly onHealth?: (change: HealthChange) => void
  /** What others that share the state should know. Called on the request path: it may neither throw nor wait. */
  readonly onDelta?: (delta: StateDelta) => void
  /** How many others share it; default 0. */
  readonly others?: number
}

/** State in this process's memory. */
export const createState = ({ onHealth, onDelta, others }: StateListeners = {}): EngineState => ({
  health: new Health(onHealth, onDelta, others),
  countingHealth: new Health(undefined, undefined, others),
  limits: new EndpointLimits(onDelta, others),
  affinity: new Affinity(onDelta),
  owners: new Owners(onDelta),
  hedges: new HedgeBudget(),
})

/** `own`: of a client's own account. */
export const healthOf = (
  { health, countingHealth }: EngineState,
  operation: Operation,
  own: OwnAccount | undefined,
): EngineState['health'] => own?.health ?? (operation === 'counting' ? countingHealth : health)

/** All that is to be shared, for one that begins to. */
export function* stateDeltas({ health, affinity, owners, limits }: EngineState, now: number): Generator<StateDelta> {
  yield* health.deltas(now)
  yield* affinity.deltas(now)
  yield* owners.deltas(now)
  yield* limits.deltas()
}

/** Takes over what happened elsewhere. Outcomes are the outcome book's. */
export function mergeState(state: EngineState, delta: StateDelta, now: number): void {
  if (delta.of === 'health') state.health.merge(delta, now)
  else if (delta.of === 'home') state.affinity.merge(delta, now)
  else if (delta.of === 'owned') state.owners.merge(delta)
  else if (delta.of === 'limit') state.limits.merge(delta)
}

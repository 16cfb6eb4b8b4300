import type { CellPrior } from '../../outcomes/beliefs/prior.ts'
import type { Outcome } from '../../outcomes/types.ts'
import type { Endpoint } from '../../plugins/api.ts'
import type { RoutableModel } from '../../routing/catalogue.ts'
import { type NamedStrategy, type VirtualRequest, VirtualRouter, virtualModel } from '../virtual-router.ts'
import { ANSWER_TOKENS, lossOf, type Objective } from './loss.ts'
import type { PanelPrior } from './panel-prior.ts'
import type { Measurement, PanelCell, Round } from './read-panel.ts'

const CLASS = 'chat.lt1k.plain'
const INPUT_TOKENS = 100

/** To the first token nothing else counts; an answer of 200 tokens is waited for as a whole. */
const REQUEST: Readonly<Record<Objective, VirtualRequest>> = {
  ttft: { class: CLASS, stream: true, inputTokens: INPUT_TOKENS, outputTokens: 0 },
  t200: { class: CLASS, stream: false, inputTokens: INPUT_TOKENS, outputTokens: ANSWER_TOKENS },
}

export interface CellRun {
  readonly cell: PanelCell
  readonly objective: Objective
  readonly strategy: NamedStrategy
  readonly random: () => number
  readonly prior?: ReadonlyMap<string, PanelPrior> | undefined
  /** Rounds known beforehand: all their measurements are recorded. */
  readonly history?: readonly Round[] | undefined
}

/**
 * Plays a cell's rounds through a new router, one request a round: it sees the outcome of its own choice and no other.
 * Gives the place of the chosen measurement in each round.
 */
export function runCell({ cell, objective, strategy, random, prior, history = [] }: CellRun): number[] {
  const router = new VirtualRouter({ random, prior: prior && { find: (endpoint) => priorOf(prior.get(endpoint)) } })
  for (const round of history) {
    for (const measurement of round.measurements)
      router.learn(outcomeOf(measurement, objective, round.time), cell.model)
  }
  const models = new Map<string, RoutableModel>()
  return cell.rounds.map((round) => {
    const names = round.measurements.map(({ endpoint }) => endpoint)
    const key = names.join('\n')
    const model = models.get(key) ?? virtualModel(cell.model, names.map(endpointOf), strategy)
    models.set(key, model)
    const [first] = router.plan(model, REQUEST[objective], round.time).placed
    const chosen = names.indexOf(first!.endpoint.id)
    const outcome = outcomeOf(round.measurements[chosen]!, objective, round.time)
    router.end(router.begin(outcome.endpoint, round.time), outcome, cell.model)
    return chosen
  })
}

function priorOf(prior: PanelPrior | undefined): CellPrior | undefined {
  if (!prior) return undefined
  const time = { mean: prior.mean + Math.log(1000), kappa: prior.kappa }
  return { ttft: time, total: time }
}

const endpointOf = (id: string): Endpoint => ({ id, provider: id, model: id, weight: 1 })

/** As the engine would book it: the time to the first token of a stream, or to the whole of an answer. */
function outcomeOf(measurement: Measurement, objective: Objective, time: number): Outcome {
  const { endpoint, ok, tokensPerSecond } = measurement
  const { stream, inputTokens } = REQUEST[objective]
  const lossMs = 1000 * lossOf(measurement, objective)
  if (!ok) return { endpoint, class: CLASS, stream, kind: 'provider_error', at: time + lossMs, totalMs: lossMs }
  const totalMs = 1000 * lossOf(measurement, 't200')
  const usage = { inputTokens, outputTokens: ANSWER_TOKENS }
  return {
    endpoint,
    class: CLASS,
    stream,
    kind: 'ok',
    at: time + totalMs,
    totalMs,
    ttftMs: lossMs,
    usage,
    ...(stream && { tokensPerSecond }),
  }
}

import type { ProbeResult } from '../../src/federation/protocol/types.ts'
import type { ProbedCell } from '../../src/hub/probes/probe-cells.ts'
import { addResult, emptyProbeSums } from '../../src/hub/probes/probe-sums.ts'
import { Chance } from '../worlds/chance.ts'
import type { Spread, Truth } from './honest.ts'

const EPOCH_S = 3_600
/** As a prober asks that has been at work for a day. */
const PER_EPOCH = 2
const EPOCHS = 24

/**
 * What a hub sees that asks every endpoint itself: from a place of its own, which differs from the truth as members do.
 */
export class HonestProber {
  readonly #seed: number
  readonly #sees: readonly Truth[]
  readonly #sigma: number

  constructor(seed: number, cells: readonly Truth[], { tau, sigma }: Spread) {
    const chance = new Chance(seed, 'prober')
    this.#seed = seed
    this.#sigma = sigma
    this.#sees = cells.map((cell) => ({
      ...cell,
      ttft: cell.ttft + tau * chance.normal(),
      total: cell.total + tau * chance.normal(),
      speed: cell.speed + tau * chance.normal(),
    }))
  }

  /** All that it asked by the end of an epoch. */
  probed(epoch: number): ProbedCell[] {
    return this.#sees.map((cell, index) => {
      const sums = emptyProbeSums((epoch - EPOCHS) * EPOCH_S)
      for (let at = epoch - EPOCHS; at <= epoch; at++)
        for (let turn = 0; turn < PER_EPOCH; turn++) addResult(sums, this.#ask(cell, index, at, turn))
      const { provider, model, class: workload } = cell
      return { provider, model, region: '-', class: workload, continent: 'EU', sums }
    })
  }

  #ask(
    { provider, model, class: workload, ttft, total, speed, success }: Truth,
    index: number,
    epoch: number,
    turn: number,
  ): ProbeResult {
    const chance = new Chance(this.#seed, 'probe', index, epoch, turn)
    const isAnswered = chance.next() < success
    const about = (mean: number) => Math.exp(mean + this.#sigma * chance.normal())
    return {
      provider,
      model,
      region: '-',
      class: workload,
      time: (epoch + (turn + 1) / PER_EPOCH) * EPOCH_S,
      stream: true,
      kind: isAnswered ? 'ok' : 'provider_error',
      ...(isAnswered && { ttft: about(ttft), total: about(total), speed: about(speed) }),
    }
  }
}

import { MEASURE_COUNT, MEASURES } from './loss.ts'

/** Weight of the parent's mean, in observations. */
const SHRINKAGE = 5
const MAX_CELLS = 20_000
/** A success that cost nothing; worth one observation. */
const BEFORE_THE_FIRST = Array.from({ length: MEASURE_COUNT }, (_, measure) => Number(measure === MEASURES.success))

interface Mean {
  n: number
  readonly sums: Float64Array
}

/**
 * The direct method: what a first attempt at an endpoint is expected to bring, from per-(endpoint, class) means shrunk
 * towards the endpoint's, and those towards the mean of all:
 *
 *     q(e, c) = (sum + 5 q(e)) / (n + 5)      q(e) = (sum_e + 5 q) / (n_e + 5)
 *
 * It learns a row only after that row has been scored (progressive validation), so no row is scored by a model that has
 * seen it. Bounded: beyond 20,000 cells a new one is not opened, and its endpoint's mean stands for it.
 */
export class OutcomeModel {
  readonly #all: Mean = empty()
  readonly #endpoints = new Map<string, Mean>()
  readonly #cells = new Map<string, Mean>()

  add(endpoint: string, workload: string, values: readonly number[]): void {
    learn(this.#all, values)
    learn(open(this.#endpoints, endpoint), values)
    learn(open(this.#cells, `${endpoint}\n${workload}`), values)
  }

  predict(endpoint: string, workload: string): Float64Array {
    const all = shrunk(this.#all, BEFORE_THE_FIRST, 1)
    const ofEndpoint = shrunk(this.#endpoints.get(endpoint), all, SHRINKAGE)
    return shrunk(this.#cells.get(`${endpoint}\n${workload}`), ofEndpoint, SHRINKAGE)
  }

  /** First attempts at an endpoint so far. */
  tried(endpoint: string): number {
    return this.#endpoints.get(endpoint)?.n ?? 0
  }
}

const empty = (): Mean => ({ n: 0, sums: new Float64Array(MEASURE_COUNT) })

function open(means: Map<string, Mean>, key: string): Mean | undefined {
  const known = means.get(key)
  if (known || means.size >= MAX_CELLS) return known
  const fresh = empty()
  means.set(key, fresh)
  return fresh
}

function learn(mean: Mean | undefined, values: readonly number[]): void {
  if (!mean) return
  mean.n += 1
  for (let index = 0; index < mean.sums.length; index++) mean.sums[index]! += values[index]!
}

function shrunk(mean: Mean | undefined, parent: ArrayLike<number>, weight: number): Float64Array {
  const result = new Float64Array(MEASURE_COUNT)
  const n = (mean?.n ?? 0) + weight
  for (let index = 0; index < result.length; index++)
    result[index] = ((mean?.sums[index] ?? 0) + weight * parent[index]!) / n
  return result
}

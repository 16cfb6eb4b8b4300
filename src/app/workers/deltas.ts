import { deserialize, serialize } from 'node:v8'
import { type Columns, fromColumns, toColumns } from '../../base/columns.ts'
import type { SharedDelta } from '../sharing.ts'
import { JudgementSums } from './judgement-sums.ts'
import { OutcomeTape, readOutcomes, type WrittenOutcomes } from './outcome-tape.ts'

interface Written {
  readonly outcomes?: WrittenOutcomes
  /** In columns: one costs a fraction of what it would as an object of its own. */
  readonly others?: Columns
}

/** Deltas that wait to be sent: an outcome of each request, a judgement that is summed up, and few others. */
export class UnsentDeltas {
  readonly #outcomes = new OutcomeTape()
  readonly #judgements = new JudgementSums()
  #others: SharedDelta[] = []
  #count = 0

  get count(): number {
    return this.#count
  }

  add(delta: SharedDelta): void {
    if (delta.of === 'judgement') {
      if (this.#judgements.add(delta)) this.#count++
      return
    }
    this.#count++
    if (delta.of === 'outcome') this.#outcomes.add(delta)
    else this.#others.push(delta)
  }

  /** All that wait, for `readDeltas`. They wait no longer. */
  take(): Uint8Array {
    this.#judgements.take(this.#others)
    const written: Written = {
      ...(!this.#outcomes.isEmpty && { outcomes: this.#outcomes.take() }),
      ...(this.#others.length > 0 && { others: toColumns(this.#others) }),
    }
    this.#others = []
    this.#count = 0
    return serialize(written)
  }
}

/** Deltas as bytes. */
export function deltaBytes(deltas: Iterable<SharedDelta>): Uint8Array {
  const unsent = new UnsentDeltas()
  for (const delta of deltas) unsent.add(delta)
  return unsent.take()
}

/** Hands each of the deltas to `take`, outcomes first. */
export function readDeltas(bytes: Uint8Array, take: (delta: SharedDelta) => void): void {
  const { outcomes, others } = deserialize(bytes) as Written
  if (outcomes) readOutcomes(outcomes, take)
  if (others) for (const delta of fromColumns(others)) take(delta as SharedDelta)
}

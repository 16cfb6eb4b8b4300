import { REPORT_OFFERED } from '../../protocol/limits.ts'
import type { PublicModel } from '../../protocol/types.ts'

/** How often it is reported again though nothing has changed: a hub forgets within a day what nobody reports. */
const AGAIN_S = 6 * 3_600

/**
 * When a report has what this router offers: the first one, when it has changed, and four times a day. Made of
 * the configuration alone, used or not, so that no request changes it.
 */
export class OfferedModels {
  readonly #epochs: number
  #reported = ''
  #at = Number.NEGATIVE_INFINITY

  constructor(epochSeconds: number) {
    this.#epochs = Math.max(1, Math.ceil(AGAIN_S / epochSeconds))
  }

  /** What the report of `epoch` has: nothing when one of late had it. `groups`: those of the configuration first. */
  of(groups: Iterable<readonly PublicModel[]>, epoch: number): readonly PublicModel[] {
    const models = modelsIn(groups)
    const isReported = namesOf(models) === this.#reported && epoch >= this.#at && epoch - this.#at < this.#epochs
    return isReported ? [] : models
  }

  /** A report of `epoch` has it. */
  note(models: readonly PublicModel[], epoch: number): void {
    this.#reported = namesOf(models)
    this.#at = epoch
  }

  encode() {
    return [this.#reported, this.#at] as const
  }

  /** Takes what `encode` gave; anything else is nothing. */
  decode(value: unknown): void {
    const [reported, at] = Array.isArray(value) ? value : []
    if (typeof reported !== 'string' || !Number.isSafeInteger(at)) return
    this.#reported = reported
    this.#at = at
  }
}

/** Each once, as many as a report takes; in the order of their names. */
function modelsIn(groups: Iterable<readonly PublicModel[]>): PublicModel[] {
  const found = new Map<string, PublicModel>()
  for (const group of groups) for (const model of group) found.set(nameOf(model), model)
  return [...found]
    .slice(0, REPORT_OFFERED)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, { provider, model }]) => ({ provider, model }))
}

/** What each offered model may be served by, as a file has it; anything else is left out. */
export function groupsIn(value: unknown): PublicModel[][] {
  const isModel = (model: unknown): model is PublicModel => {
    const { provider, model: name } = (model ?? {}) as Partial<PublicModel>
    return typeof provider === 'string' && typeof name === 'string'
  }
  if (!Array.isArray(value)) return []
  return value.flatMap((group) => (Array.isArray(group) && group.every(isModel) ? [group] : []))
}

const nameOf = ({ provider, model }: PublicModel): string => `${provider}\n${model}`
const namesOf = (models: readonly PublicModel[]): string => models.map(nameOf).join('\n')

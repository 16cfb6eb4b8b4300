import type { RequestType } from '../../base/request-types.ts'

/** How good other routers found a model's answers to one kind of work. */
export interface SharedQuality {
  /** Share of its answers that were good. */
  readonly quality: number
  /** What that is worth, in opinions. */
  readonly weight: number
}

/** What is published of models' quality. Looked up for every choice, so it must be quick. */
export interface SharedQualitySource {
  /** Of the model behind an endpoint; `now` in Unix milliseconds. Undefined: nobody said anything. */
  find(endpoint: string, type: RequestType, now: number): SharedQuality | undefined
}

import type { CandidateRecord, RequestRecord } from '../../plugins/api.ts'

/** A candidate of a plan that many requests may share. Its record, and that as JSON, are made when first asked for. */
export interface PlannedCandidate {
  readonly endpoint: { readonly id: string }
  /** The model of the chain that it serves. */
  readonly model: string
  readonly record: CandidateRecord
  /** `record` without `inFlight`, as it stands in a line of the decision log, see `CandidateText`. */
  readonly json: Uint8Array
  readonly inFlight: number
}

/** The model that an endpoint was a candidate for; undefined where it was none. */
export function modelServed(planned: readonly PlannedCandidate[], endpoint: string | undefined): string | undefined {
  // By index: the function that `find` takes would be made for each request.
  for (let at = 0; at < planned.length; at++) if (planned[at]!.endpoint.id === endpoint) return planned[at]!.model
  return undefined
}

/** All of them always there, so that every object has the same shape. */
type Filled<T> = { readonly [Key in keyof Required<T>]: T[Key] }

/** A request's record as the engine makes it, once: candidates stay those of the plan. */
export interface FinishedRequest extends Filled<Omit<RequestRecord, 'candidates'>> {
  readonly planned: readonly PlannedCandidate[]
}

/** The record as observers get it: a plain object, without what is absent. */
export function toRecord({ planned, ...rest }: FinishedRequest): RequestRecord {
  const record: Record<string, unknown> = { candidates: planned.map((candidate) => candidate.record) }
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) record[key] = value
  return record as unknown as RequestRecord
}

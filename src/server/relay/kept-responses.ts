import type { JsonObject } from '../../plugins/api.ts'

/** Responses that are kept, here or upstream. `account`: the fingerprint of a client's key; it finds its own only. */
export interface KeptResponses {
  /** Who keeps it upstream, as `keeperOf` says it. */
  keeper(id: string, account: string): Promise<string | undefined>
  /** The router's own copy, as its client got it. */
  get(id: string, account: string): JsonObject | undefined
  /** All that it answers, oldest first; undefined when not all is known. */
  inputItems(id: string, account: string): readonly JsonObject[] | undefined
  /** Forgets it. */
  delete(id: string, account: string): void
}

/**
 * What a service has beside answering requests for a model: things that it keeps, which later requests name by id. The
 * grammar is part of the name.
 */
export type Resource = 'files' | 'batches' | 'uploads' | 'anthropic-files' | 'anthropic-batches'

/** A request to a path of the service, which the router passes on without understanding it. */
export interface PassthroughCall {
  readonly method: string
  /** Below the service's address, as the client wrote it, without a slash at its start. It leads nowhere above. */
  readonly path: string
  /** With its question mark; empty when there is none. */
  readonly query: string
  /** The client's, lower-case names, without its key and without what concerns its connection only. */
  readonly headers: Readonly<Record<string, string>>
}

/** Where such a request goes. */
export interface PassthroughTarget {
  readonly url: URL
  /** They win over the client's: the key, and what the service always wants. */
  readonly headers: Readonly<Record<string, string>>
}

/** Whose something is that a provider keeps. */
export interface Owner {
  readonly id: string
  readonly provider: string
  /** Fingerprint of the client's key that it was made with; empty for none. */
  readonly client: string
}

/** Remembers them, over restarts. */
export interface Owners {
  find(id: string): Promise<Owner | undefined>
  /** Settles when they will be found. */
  add(owners: readonly Owner[]): Promise<void>
}

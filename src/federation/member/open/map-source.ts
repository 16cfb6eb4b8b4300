/** A document as it came, not yet verified, and the mark by which another one is told from it. */
export interface Fetched {
  readonly document: Buffer
  readonly etag?: string
}

/** Where a map comes from that is used without a membership. Every method rejects with RouterError. */
export interface MapSource {
  /** For people. */
  readonly name: string
  /** Milliseconds from one look to the next at the most. */
  readonly everyMs: number
  /** Undefined when it is still the one of `etag`. */
  map(etag?: string): Promise<Fetched | undefined>
  /** The signed incidents beside it; undefined where there are none. */
  incidents(): Promise<Buffer | undefined>
  /** How the hub's key came after others, as it says; empty where nobody says so. Never rejects. */
  succession(): Promise<readonly string[]>
  close(): Promise<void>
}

/** Else it is a file. */
export const isUrl = (from: string): boolean => /^https?:\/\//.test(from)

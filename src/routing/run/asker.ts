/** Whose request it is. */
export interface Asker {
  /** It is over, and recorded. `error`: why the client has got no answer, where none has begun. Must not throw. */
  settled(error?: unknown): void
}

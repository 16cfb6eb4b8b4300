export interface Interrupt {
  /** Aborted by the first Ctrl-C; a second one ends the process as usual. */
  readonly signal: AbortSignal
  /** Gives Ctrl-C back to the system. */
  stop(): void
}

/** Turns Ctrl-C into an abort, so that work so far can be shown. */
export function untilInterrupt(): Interrupt {
  const controller = new AbortController()
  const onSignal = () => controller.abort()
  process.once('SIGINT', onSignal)
  return { signal: controller.signal, stop: () => process.off('SIGINT', onSignal) }
}

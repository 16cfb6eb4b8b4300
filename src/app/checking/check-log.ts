import { BoundedMap } from '../../base/bounded-map.ts'
import { RouterError, reasonOf } from '../../base/errors.ts'
import type { PluginLog } from '../../plugins/api.ts'

/** Between two lines about the same check. */
const QUIET_MS = 60_000

/** What goes wrong in checks, in the log: of each once a minute. */
export class CheckLog {
  readonly #log: Pick<PluginLog, 'error' | 'warn'>
  readonly #logged = new BoundedMap<string, number>(100)

  constructor(log: Pick<PluginLog, 'error' | 'warn'>) {
    this.#log = log
  }

  warn(check: string, reason: string): void {
    if (this.#isQuiet(check)) return
    this.#log.warn({ check, reason }, 'A check of answers could not say anything: the answer went out')
  }

  failed(checks: string, error: unknown): void {
    if (this.#isQuiet('')) return
    const { code, message } = new RouterError('ROUTER_INTERNAL', { reason: reasonOf(error) }, { cause: error })
    const stack = error instanceof Error ? error.stack : undefined
    this.#log.error(
      { code, checks, reason: message, stack },
      'What follows from a check of an answer could not be decided: the answer went out',
    )
  }

  /** Whether it was in the log a moment ago. */
  #isQuiet(subject: string): boolean {
    const now = performance.now()
    if (now - (this.#logged.get(subject) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return true
    this.#logged.set(subject, now)
    return false
  }
}

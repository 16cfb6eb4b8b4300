import { reasonOf } from '../../base/errors.ts'
import type { CheckConfig } from '../../config/types.ts'
import type { AnswerChecker, CheckedAnswer, CheckFinding } from '../../routing/checks.ts'
import { type Asked, type Check, type Found, Given } from './check.ts'
import type { CheckLog } from './check-log.ts'
import type { PendingAnswer } from './pending-answer.ts'

export type ConfiguredCheck = readonly [CheckConfig, Check]

/** The checks that answers to one request are given. */
export class RequestChecks implements AnswerChecker {
  readonly wantsLogprobs: boolean
  readonly #asked: Asked
  readonly #checks: readonly ConfiguredCheck[]
  readonly #log: CheckLog
  readonly #pending = new Map<Check, PendingAnswer>()

  constructor(asked: Asked, checks: readonly ConfiguredCheck[], log: CheckLog) {
    this.#asked = asked
    this.#checks = checks
    this.#log = log
    this.wantsLogprobs = checks.some(([, check]) => check.wantsLogprobs)
  }

  begin(model: string): void {
    for (const [, check] of this.#checks) {
      const pending = check.begin?.(this.#asked, model)
      if (pending) this.#pending.set(check, pending)
    }
  }

  cancel(): void {
    for (const pending of this.#pending.values()) pending.cancel()
    this.#pending.clear()
  }

  async check(answer: CheckedAnswer, signal: AbortSignal): Promise<readonly CheckFinding[]> {
    try {
      return await this.#run(answer, signal)
    } catch (error) {
      this.#log.warn(this.#names, reasonOf(error))
      return []
    } finally {
      this.cancel()
    }
  }

  failed(error: unknown): void {
    this.#log.failed(this.#names, error)
  }

  get #names(): string {
    return this.#checks.map(([{ check }]) => check).join(', ')
  }

  async #run(answer: CheckedAnswer, signal: AbortSignal): Promise<CheckFinding[]> {
    const given = Given.of(this.#asked, answer)
    const findings: CheckFinding[] = []
    if (!given) return findings
    let isSettled = false
    for (const [{ check: name, reliability }, check] of this.#checks) {
      const pending = this.#pending.get(check)
      if (signal.aborted) break
      if (isSettled) {
        // It has its answer already, which was paid for.
        const costUsd = pending?.costUsd
        if (costUsd !== undefined)
          findings.push({
            check: name,
            passed: undefined,
            reliability,
            detail: 'it was not needed',
            totalMs: 0,
            costUsd,
          })
        continue
      }
      const startedMs = performance.now()
      const { passed, detail, costUsd } = await this.#found(name, () =>
        check.check(this.#asked, given, signal, pending),
      )
      findings.push({
        check: name,
        passed: signal.aborted ? undefined : passed,
        reliability,
        detail,
        totalMs: performance.now() - startedMs,
        costUsd,
      })
      isSettled = passed === false
    }
    return findings
  }

  async #found(name: string, check: () => Found | Promise<Found>): Promise<Found> {
    try {
      const found = await check()
      if (found.passed === undefined && found.detail !== undefined) this.#log.warn(name, found.detail)
      return found
    } catch (error) {
      this.#log.warn(name, reasonOf(error))
      return { detail: 'the check itself failed' }
    }
  }
}

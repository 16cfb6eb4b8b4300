import { BoundedMap } from '../../base/bounded-map.ts'
import { RouterError, reasonOf } from '../../base/errors.ts'
import type { CheckConfig, SelectConfig } from '../../config/types.ts'
import type { PluginLog } from '../../plugins/api.ts'
import type { AnswerChecker, AnswerChecks, CheckedAnswer, CheckFinding } from '../../routing/checks.ts'
import type { Call } from '../../routing/ports.ts'
import type { Verdicts } from '../judging/verdicts.ts'
import type { OwnRequests } from '../own-requests/own-requests.ts'
import { AgreementCheck } from './agreement-check.ts'
import { Asked, type Check, type Found, Given } from './check.ts'
import { JudgeCheck } from './judge-check.ts'
import { LogprobCheck } from './logprob-check.ts'
import { schemaCheck } from './schema-check.ts'
import { TestsCheck } from './tests-check.ts'

/** Between two lines in the log about the same check. */
const QUIET_MS = 60_000

export interface ChecksParts {
  readonly requests: OwnRequests
  readonly verdicts: Verdicts
  /** Where commands run. */
  readonly directory: string
  readonly log: Pick<PluginLog, 'error' | 'warn'>
}

/** The checks that selectors are configured with. Of what goes wrong in one, the log says so once a minute. */
export class Checks implements AnswerChecks {
  readonly #parts: ChecksParts
  readonly #logged = new BoundedMap<string, number>(100)
  readonly #made = new WeakMap<CheckConfig, Check>()

  constructor(parts: ChecksParts) {
    this.#parts = parts
  }

  of(call: Call, account: string, { verify = [] }: SelectConfig): AnswerChecker | undefined {
    if (call.operation !== 'chat' || call.duplex) return undefined
    const asked = new Asked(call, account)
    // Several answers to one request are for the client to choose from.
    const { n } = asked.hub ?? {}
    if (typeof n === 'number' && n > 1) return undefined
    const made = verify.map((config) => [config, this.#checkOf(config)] as const)
    const applying = made.filter(([, check]) => check.applies(asked))
    if (applying.length === 0) return undefined
    const wantsLogprobs = applying.some(([, check]) => check.wantsLogprobs)
    const names = applying.map(([config]) => config.check).join(', ')
    const check = (answer: CheckedAnswer, signal: AbortSignal) =>
      this.#run(asked, answer, applying, signal).catch((error: unknown) => {
        this.#warn(names, reasonOf(error))
        return []
      })
    return { wantsLogprobs, check, failed: (error) => this.#failed(names, error) }
  }

  async #run(
    asked: Asked,
    answer: CheckedAnswer,
    checks: readonly (readonly [CheckConfig, Check])[],
    signal: AbortSignal,
  ): Promise<CheckFinding[]> {
    const given = Given.of(asked, answer)
    const findings: CheckFinding[] = []
    if (!given) return findings
    for (const [{ check: name, reliability }, check] of checks) {
      if (signal.aborted || findings.at(-1)?.passed === false) break
      const startedMs = performance.now()
      const { passed, detail, costUsd } = await this.#found(name, () => check.check(asked, given, signal))
      findings.push({
        check: name,
        passed: signal.aborted ? undefined : passed,
        reliability,
        detail,
        totalMs: performance.now() - startedMs,
        costUsd,
      })
    }
    return findings
  }

  async #found(name: string, check: () => Found | Promise<Found>): Promise<Found> {
    try {
      const found = await check()
      if (found.passed === undefined && found.detail !== undefined) this.#warn(name, found.detail)
      return found
    } catch (error) {
      this.#warn(name, reasonOf(error))
      return { detail: 'the check itself failed' }
    }
  }

  #warn(check: string, reason: string): void {
    if (this.#isQuiet(check)) return
    this.#parts.log.warn({ check, reason }, 'A check of answers could not say anything: the answer went out')
  }

  #failed(checks: string, error: unknown): void {
    if (this.#isQuiet('')) return
    const { code, message } = new RouterError('ROUTER_INTERNAL', { reason: reasonOf(error) }, { cause: error })
    const stack = error instanceof Error ? error.stack : undefined
    this.#parts.log.error(
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

  #checkOf(config: CheckConfig): Check {
    let check = this.#made.get(config)
    if (!check) {
      check = this.#make(config)
      this.#made.set(config, check)
    }
    return check
  }

  #make(config: CheckConfig): Check {
    const { directory, requests, verdicts } = this.#parts
    switch (config.check) {
      case 'agreement':
        return new AgreementCheck(config.threshold, requests)
      case 'logprob':
        return new LogprobCheck(config.threshold)
      case 'judge':
        return new JudgeCheck(config, verdicts)
      case 'tests':
        return new TestsCheck(config, directory)
      default:
        return schemaCheck
    }
  }
}

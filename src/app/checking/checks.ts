import type { CheckConfig, SelectConfig } from '../../config/types.ts'
import type { PluginLog } from '../../plugins/api.ts'
import type { AnswerChecker, AnswerChecks } from '../../routing/checks.ts'
import type { Call } from '../../routing/ports.ts'
import type { Verdicts } from '../judging/verdicts.ts'
import type { OwnRequests } from '../own-requests/own-requests.ts'
import { AgreementCheck } from './agreement-check.ts'
import { Asked, type Check } from './check.ts'
import { CheckLog } from './check-log.ts'
import { JudgeCheck } from './judge-check.ts'
import { LogprobCheck } from './logprob-check.ts'
import { RequestChecks } from './request-checks.ts'
import { schemaCheck } from './schema-check.ts'
import { TestsCheck } from './tests-check.ts'

export interface ChecksParts {
  readonly requests: OwnRequests
  readonly verdicts: Verdicts
  /** Where commands run. */
  readonly directory: string
  readonly log: Pick<PluginLog, 'error' | 'warn'>
}

/** The checks that selectors are configured with. */
export class Checks implements AnswerChecks {
  readonly #parts: ChecksParts
  readonly #log: CheckLog
  readonly #made = new WeakMap<CheckConfig, Check>()

  constructor(parts: ChecksParts) {
    this.#parts = parts
    this.#log = new CheckLog(parts.log)
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
    return new RequestChecks(asked, applying, this.#log)
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
        return new AgreementCheck(config, requests)
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

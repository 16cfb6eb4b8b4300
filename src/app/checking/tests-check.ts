import type { TestsConfig } from '../../config/types.ts'
import type { Asked, Check, Found, Given } from './check.ts'
import { runCommand } from './run-command.ts'

/** At a time; further answers go out unchecked. */
const MAX_RUNNING = 16
const FAILED_STATUS = 422
const FAILED_CODE = 1

/** A command or an address of the operator's says whether an answer is right. */
export class TestsCheck implements Check {
  readonly #config: TestsConfig
  readonly #directory: string
  #running = 0

  /** `directory`: where commands run. */
  constructor(config: TestsConfig, directory: string) {
    this.#config = config
    this.#directory = directory
  }

  applies(): boolean {
    return true
  }

  async check(asked: Asked, answer: Given, signal: AbortSignal): Promise<Found> {
    if (this.#running >= MAX_RUNNING) return { detail: `${MAX_RUNNING} tests are under way already` }
    this.#running++
    try {
      const input = inputOf(asked, answer, this.#config.withRequest)
      const { command, url } = this.#config
      return await (command ? this.#run(command, input, signal) : this.#post(url!, input, signal))
    } finally {
      this.#running--
    }
  }

  async #run(words: NonNullable<TestsConfig['command']>, input: string, signal: AbortSignal): Promise<Found> {
    const { timeoutMs } = this.#config
    const ended = await runCommand({ words, directory: this.#directory, timeoutMs }, input, signal)
    if (ended === 0) return { passed: true }
    if (ended === FAILED_CODE) return { passed: false, detail: 'the command ended with 1' }
    return { detail: typeof ended === 'number' ? `the command ended with ${ended}` : `the command ${ended}` }
  }

  async #post(url: string, body: string, signal: AbortSignal): Promise<Found> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(this.#config.timeoutMs)]),
    })
    await response.body?.cancel()
    if (response.ok) return { passed: true }
    const detail = `the answer's status was ${response.status}`
    return response.status === FAILED_STATUS ? { passed: false, detail } : { detail }
  }
}

/** What a test is given, as JSON; documented in docs/selectors.md. */
function inputOf({ call }: Asked, { model, parts }: Given, withRequest: boolean): string {
  const { text, toolCalls } = parts
  return JSON.stringify({
    ...(withRequest && { request: call.body }),
    answer: text,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
    model,
  })
}

import type { JsonObject } from '../../plugins/api.ts'
import { count } from '../usage/usage.ts'
import { Meter } from './meter.ts'

/**
 * Reads `anthropic-count-tokens` and `openai-input-tokens`: `{ input_tokens }`, and `gemini-count-tokens`: `{ totalTokens
 * }`, which are nothing that was used up.
 */
export class TokenCountMeter extends Meter {
  skim(): boolean {
    return false
  }

  event(_name: string | undefined, data: JsonObject): void {
    this.whole(data)
  }

  whole(body: JsonObject): void {
    if (body.error || body.type === 'error') {
      this.errorText = JSON.stringify(body)
      return
    }
    if (count(body.input_tokens ?? body.totalTokens) === undefined) {
      this.malformed = 'the answer has no input_tokens'
      return
    }
    this.started = true
    this.ended = true
    this.finished = true
  }
}

import type { JsonObject } from '../../plugins/api.ts'
import { count } from '../usage/usage.ts'
import { BodyMeter } from './body-meter.ts'

/**
 * Reads `anthropic-count-tokens` and `openai-input-tokens`: `{ input_tokens }`, `gemini-count-tokens`: `{ totalTokens }`,
 * and `bedrock-count-tokens`: `{ inputTokens }`, which are nothing that was used up.
 */
export class TokenCountMeter extends BodyMeter {
  protected read(body: JsonObject): void {
    if (count(body.input_tokens ?? body.totalTokens ?? body.inputTokens) === undefined)
      this.malformed = 'the answer has no input_tokens'
    else this.started = true
  }
}

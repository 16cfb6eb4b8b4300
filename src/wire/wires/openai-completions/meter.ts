import type { JsonObject } from '../../../plugins/api.ts'
import { keysOf, OpenaiChatMeter } from '../openai-chat/meter.ts'

const KEYS = keysOf(['text'])

/** Legacy text completions: chat's envelope, with `text` in the choices and no tools. */
export class OpenaiCompletionsMeter extends OpenaiChatMeter {
  constructor({ n }: JsonObject) {
    super({ n }, '', KEYS)
  }
}

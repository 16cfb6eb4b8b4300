import type { JsonObject } from '../../plugins/api.ts'
import { OpenaiChatMeter } from './openai-chat.ts'

/** Legacy text completions: chat's envelope, with `text` in the choices and no tools. */
export class OpenaiCompletionsMeter extends OpenaiChatMeter {
  constructor({ n }: JsonObject) {
    super({ n }, ['text'])
  }
}

import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { Meter, text } from '../../read/meter.ts'
import { isObject, objectOf } from '../../untyped.ts'
import { count } from '../../usage/usage.ts'

type Counts = { -readonly [K in keyof Usage]: Usage[K] }

/**
 * Reads the server's events of a session (openai/openai-openapi 2.3.0, `RealtimeServerEvent`). Each response says what
 * it used, and each transcription of what the user said, which another model makes.
 */
export class OpenaiRealtimeMeter extends Meter {
  readonly #counts: Counts = {}

  static wants(type: string): boolean {
    return type === 'response.done' || type === 'conversation.item.input_audio_transcription.completed'
  }

  event(_name: string | undefined, data: JsonObject): void {
    const type = text(data.type) ?? ''
    // Later ones are about what the client said, and the session goes on.
    if (!this.started && type === 'error') {
      this.errorText = JSON.stringify(data)
      return
    }
    this.started = true
    if (isObject(data.session)) this.identify(data.session.id)
    if (type === 'response.done') this.#add(objectOf(objectOf(data.response).usage))
    else if (OpenaiRealtimeMeter.wants(type)) this.#add(objectOf(data.usage))
  }

  /** Its messages are no events of a stream. */
  skim(): boolean {
    return false
  }

  whole(): void {
    this.malformed = 'it answered with a body'
  }

  #add(usage: JsonObject): void {
    const input = objectOf(usage.input_token_details)
    const output = objectOf(usage.output_token_details)
    this.#sum('inputTokens', usage.input_tokens)
    this.#sum('outputTokens', usage.output_tokens)
    this.#sum('cacheReadTokens', input.cached_tokens)
    this.#sum('audioInputTokens', uncached(input, 'audio_tokens'))
    this.#sum('imageInputTokens', uncached(input, 'image_tokens'))
    this.#sum('audioOutputTokens', output.audio_tokens)
    this.#sum('seconds', usage.seconds)
    if (Object.keys(this.#counts).length > 0) this.usage = this.#counts
  }

  #sum(name: NumberKeys, value: unknown): void {
    const added = count(value)
    if (added !== undefined) this.#counts[name] = (this.#counts[name] ?? 0) + added
  }
}

type NumberKeys = { [K in keyof Usage]-?: Usage[K] extends number | undefined ? K : never }[keyof Usage]

/** What came from no cache of these tokens. */
function uncached(details: JsonObject, name: string): number | undefined {
  const all = count(details[name])
  return all === undefined ? undefined : Math.max(0, all - (count(objectOf(details.cached_tokens_details)[name]) ?? 0))
}

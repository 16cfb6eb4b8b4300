import type { JsonObject } from '../../../plugins/api.ts'
import type { Fold, WireEvent } from '../../definition.ts'
import { stringOf } from '../../untyped.ts'

/** A whole transcript as a stream; undefined when it is none. OpenAI's events of this kind have no names. */
export function transcriptEvents(body: JsonObject): WireEvent[] | undefined {
  if (typeof body.text !== 'string' || body.error) return undefined
  const { text, usage, logprobs } = body
  const done = {
    type: 'transcript.text.done',
    text,
    ...(logprobs !== undefined && { logprobs }),
    ...(usage !== undefined && { usage }),
  }
  const delta: WireEvent[] = text === '' ? [] : [[undefined, { type: 'transcript.text.delta', delta: text }]]
  return [...delta, [undefined, done]]
}

/** A stream that was not asked for: what its last event says. */
export class TranscriptFold implements Fold {
  #whole: JsonObject | undefined

  event(name: string | undefined, data: JsonObject): void {
    if ((stringOf(data.type) || name) !== 'transcript.text.done') return
    const { type: _, ...whole } = data
    this.#whole = whole
  }

  end(): string | undefined {
    return this.#whole && JSON.stringify(this.#whole)
  }
}

import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { Meter, objects, text } from '../../read/meter.ts'
import { joined, mediaUsage } from '../../usage/media-usage.ts'
import { count } from '../../usage/usage.ts'
import { transcriptionWork } from './work.ts'

/**
 * Reads transcripts, whole or as events `transcript.text.delta`, `.segment` and `.done`. Silence is an answer: its text
 * is empty.
 */
export class TranscriptMeter extends Meter {
  readonly #asked: Usage

  constructor(request: JsonObject) {
    super()
    this.#asked = transcriptionWork(request)
    this.usage = this.#asked
  }

  skim(): boolean {
    return false
  }

  event(name: string | undefined, data: JsonObject): void {
    const type = text(data.type) ?? name
    if (data.error || type === 'error') {
      this.errorText = JSON.stringify(data)
      return
    }
    if (type === 'transcript.text.done') {
      // Servers that have no deltas say it all at once.
      if (!this.started) this.output(data.text)
      this.#finish(data)
    } else this.output(data.delta ?? data.text)
  }

  whole(body: JsonObject): void {
    if (body.error) {
      this.errorText = JSON.stringify(body)
      return
    }
    if (typeof body.text !== 'string' && !Array.isArray(body.segments)) {
      this.malformed = 'the answer has no text'
      return
    }
    this.output(
      typeof body.text === 'string'
        ? body.text
        : objects(body.segments)
            .map((one) => one.text)
            .join(''),
    )
    this.#finish(body)
  }

  #finish(answer: JsonObject): void {
    // Older servers have the duration as a text.
    const seconds = count(Number(answer.duration ?? undefined))
    this.usage = joined(seconds === undefined ? this.#asked : { ...this.#asked, seconds }, mediaUsage(answer.usage))
    this.started = true
    this.finished = true
  }
}

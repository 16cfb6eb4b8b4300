import type { JsonObject } from '../../../plugins/api.ts'
import type { SseEvent } from '../../framing/sse-event.ts'
import { Meter, text } from '../../read/meter.ts'
import { joined, mediaUsage } from '../../usage/media-usage.ts'
import { speechWork } from './spoken-bytes.ts'

const DELTA = Buffer.from('"speech.audio.delta"')
/** Bytes of an event in which its type stands. */
const TYPE_WITHIN = 64

/** Reads `speech.audio.delta` and `speech.audio.done`. */
export class SpeechMeter extends Meter {
  readonly #request: JsonObject

  constructor(request: JsonObject) {
    super()
    this.#request = request
  }

  /** Audio need not be parsed. */
  skim({ buffer, dataStart, dataEnd }: SseEvent): boolean {
    return buffer.subarray(dataStart, Math.min(dataEnd, dataStart + TYPE_WITHIN)).includes(DELTA)
  }

  event(name: string | undefined, data: JsonObject): void {
    const type = text(data.type) ?? name
    if (data.error || type === 'error') this.errorText = JSON.stringify(data)
    else if (text(data.audio) !== undefined) this.started = true
    else if (type === 'speech.audio.done') {
      this.usage = joined(speechWork(this.#request), mediaUsage(data.usage))
      this.finished = true
    }
  }

  whole(body: JsonObject): void {
    if (body.error) this.errorText = JSON.stringify(body)
    else this.malformed = 'it answered with JSON where audio was asked for'
  }
}

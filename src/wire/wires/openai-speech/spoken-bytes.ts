import { audioSeconds, HEAD_BYTES } from '../../../base/audio-seconds.ts'
import type { JsonObject, Usage } from '../../../plugins/api.ts'
import type { ByteMeter } from '../../definition.ts'
import { stringOf } from '../../untyped.ts'

/** OpenAI's `pcm`: 24 kHz, 16 bit, one channel. */
const PCM_BYTES_PER_SECOND = 48_000

/** Speech is priced, and its speed measured, by the characters that are spoken. */
export const speechWork = ({ input }: JsonObject): Usage => ({ characters: stringOf(input).length })

/** What is known of speech of which only the bytes are seen: how long it lasts, by its head. */
export class SpokenBytes implements ByteMeter {
  readonly #request: JsonObject
  #head = Buffer.alloc(0)
  #length = 0

  constructor(request: JsonObject) {
    this.#request = request
  }

  add(bytes: Buffer): void {
    this.#length += bytes.length
    if (this.#head.length < HEAD_BYTES) this.#head = Buffer.concat([this.#head, bytes.subarray(0, HEAD_BYTES)])
  }

  usage(): Usage {
    const isPcm = this.#request.response_format === 'pcm'
    const seconds = isPcm ? this.#length / PCM_BYTES_PER_SECOND : audioSeconds(this.#head, this.#length)
    return { ...speechWork(this.#request), ...(seconds !== undefined && { seconds }) }
  }
}

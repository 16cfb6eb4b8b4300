import type { JsonObject, Usage } from '../../../plugins/api.ts'
import { Meter, objects, text } from '../../read/meter.ts'
import { joined, mediaUsage, word } from '../../usage/media-usage.ts'
import { imageWork } from './work.ts'

/**
 * Reads images, whole or as events `image_generation.*` or `image_edit.*`: partial images, each of which is output, and
 * one `completed` per image with the usage of all.
 */
export class ImagesMeter extends Meter {
  override readonly blob = 'b64_json'
  readonly #asked: Usage
  #completed = 0

  constructor(request: JsonObject) {
    super()
    this.#asked = imageWork(request)
  }

  skim(): boolean {
    return false
  }

  event(name: string | undefined, data: JsonObject): void {
    const type = text(data.type) ?? name ?? ''
    if (data.error || type === 'error' || type.endsWith('.failed')) {
      this.errorText = JSON.stringify(data)
      return
    }
    if (!isImage(data)) return
    this.started = true
    if (!type.endsWith('.completed')) return
    this.#completed++
    this.#record(data, this.#completed)
    if (this.#completed >= (this.#asked.images ?? 1)) this.finished = true
  }

  whole(body: JsonObject): void {
    if (body.error || body.object === 'error') {
      this.errorText = JSON.stringify(body)
      return
    }
    if (!Array.isArray(body.data)) {
      this.malformed = 'the answer has no data'
      return
    }
    const images = objects(body.data).filter(isImage).length
    this.identify(body.id)
    this.started = images > 0
    this.finished = true
    this.ended = true
    this.#record(body, images)
  }

  /** The images that there are are counted, whatever was asked for. */
  #record(answer: JsonObject, images: number): void {
    const [imageSize, quality] = [word(answer.size), word(answer.quality)]
    this.usage = {
      ...joined(this.#asked, mediaUsage(answer.usage)),
      images,
      ...(imageSize !== undefined && { imageSize }),
      ...(quality !== undefined && { quality }),
    }
  }
}

const isImage = ({ b64_json, url }: JsonObject): boolean => text(b64_json) !== undefined || text(url) !== undefined

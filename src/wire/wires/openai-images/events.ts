import type { JsonObject } from '../../../plugins/api.ts'
import type { Fold, WireEvent } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { stringOf } from '../../untyped.ts'

/** A whole answer as a stream: its images, each complete. `kind`: `image_generation` or `image_edit`. */
export const imageEvents =
  (kind: string) =>
  (body: JsonObject): readonly WireEvent[] | undefined => {
    if (!Array.isArray(body.data) || body.error) return undefined
    const { data, created, ...rest } = body
    const type = `${kind}.completed`
    return objects(data).map((image): WireEvent => [type, { type, ...image, created_at: created, ...rest }])
  }

/** A stream that was not asked for: its complete images. */
export class ImagesFold implements Fold {
  readonly #images: JsonObject[] = []
  #rest: JsonObject = {}

  event(name: string | undefined, data: JsonObject): void {
    const type = stringOf(data.type) || (name ?? '')
    if (!type.endsWith('.completed')) return
    const { type: _, b64_json, url, revised_prompt, created_at, partial_image_index: __, ...rest } = data
    this.#images.push({
      ...(b64_json !== undefined && { b64_json }),
      ...(url !== undefined && { url }),
      ...(revised_prompt !== undefined && { revised_prompt }),
    })
    this.#rest = { created: created_at, ...rest }
  }

  end(): string | undefined {
    if (this.#images.length === 0) return undefined
    const { created, ...rest } = this.#rest
    return JSON.stringify({ created, data: this.#images, ...rest })
  }
}

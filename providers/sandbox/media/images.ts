import type { JsonObject } from 'commonroute/plugin'
import { hash } from '../random.ts'
import { SandboxError } from '../sandbox-error.ts'
import { png } from './png.ts'
import { eventsAnswer, isTrue, jsonAnswer, type MediaAnswer, type MediaRequest, tokensIn } from './service.ts'

/** Pixels: the images are small, whatever size is asked for. */
const SIDE = 64
const MAX_IMAGES = 10
const MAX_PARTIAL = 3
/** Output tokens of an image (invented). */
const IMAGE_TOKENS = 272
const PARTIAL_MS = 400

/** Coloured squares that depend on the prompt alone. `kind`: `image_generation` or `image_edit`. */
export const drawImages =
  (kind: string) =>
  ({ body, files }: MediaRequest): MediaAnswer => {
    const { prompt } = body
    if (typeof prompt !== 'string' || prompt === '')
      throw new SandboxError(400, 'invalid_request_error', 'prompt must be a text that says what to draw.')
    const count = Number(body.n ?? 1)
    if (!Number.isInteger(count) || count < 1 || count > MAX_IMAGES)
      throw new SandboxError(400, 'invalid_request_error', `n must be a whole number from 1 to ${MAX_IMAGES}.`)
    const usage = usageOf(prompt, count, files.length)
    const about = { size: `${SIDE}x${SIDE}`, quality: 'low', background: 'opaque', output_format: 'png' }
    const created = Math.floor(Date.now() / 1000)
    if (isTrue(body.stream))
      return eventsAnswer(events(kind, prompt, body, { created_at: created, ...about }, usage), PARTIAL_MS)
    const data = Array.from({ length: count }, (_, index) => {
      const b64_json = draw(prompt, index)
      return body.response_format === 'url' ? { url: `data:image/png;base64,${b64_json}` } : { b64_json }
    })
    return jsonAnswer({ created, ...about, data, usage })
  }

/** As https://platform.openai.com/docs/api-reference/images-streaming has them. */
function* events(
  kind: string,
  prompt: string,
  { partial_images, n }: JsonObject,
  about: JsonObject,
  usage: JsonObject,
): Generator<JsonObject> {
  const partial = Math.min(Number(partial_images ?? 0) || 0, MAX_PARTIAL)
  for (let image = 0; image < Number(n ?? 1); image++) {
    const b64_json = draw(prompt, image)
    for (let index = 0; index < partial; index++)
      yield { type: `${kind}.partial_image`, b64_json, partial_image_index: index, ...about }
    yield { type: `${kind}.completed`, b64_json, ...about, usage }
  }
}

function draw(prompt: string, index: number): string {
  const colour = hash(`${prompt}/${index}`)
  const [red, green, blue] = [colour & 255, (colour >>> 8) & 255, (colour >>> 16) & 255] as const
  return png(SIDE, SIDE, (x, y) => {
    const light = (x + y) / (2 * SIDE)
    return [red * light, green * (1 - light), blue]
  }).toString('base64')
}

function usageOf(prompt: string, images: number, given: number): JsonObject {
  const [text, seen, drawn] = [tokensIn(prompt), IMAGE_TOKENS * given, IMAGE_TOKENS * images]
  return {
    input_tokens: text + seen,
    input_tokens_details: { text_tokens: text, image_tokens: seen },
    output_tokens: drawn,
    output_tokens_details: { text_tokens: 0, image_tokens: drawn },
    total_tokens: text + seen + drawn,
  }
}

import type { JsonObject } from 'commonroute/plugin'
import { hash, normal, randomFrom } from './random.ts'
import { SandboxError } from './sandbox-error.ts'

const DEFAULT_DIMENSIONS = 256
const MAX_DIMENSIONS = 4_096
const MAX_INPUTS = 2_048

/** The answer to an embeddings request: unit vectors that depend on the text alone and mean nothing. */
export function embed(body: JsonObject): JsonObject {
  const inputs = inputsOf(body.input)
  const dimensions = body.dimensions ?? DEFAULT_DIMENSIONS
  if (
    typeof dimensions !== 'number' ||
    !Number.isInteger(dimensions) ||
    dimensions < 1 ||
    dimensions > MAX_DIMENSIONS
  ) {
    throw new SandboxError(
      400,
      'invalid_request_error',
      `dimensions must be a whole number from 1 to ${MAX_DIMENSIONS}.`,
    )
  }
  const tokens = inputs.reduce((sum, text) => sum + Math.ceil(text.length / 4), 0)
  return {
    object: 'list',
    data: inputs.map((text, index) => ({
      object: 'embedding',
      index,
      embedding: encode(vectorOf(text, dimensions), body.encoding_format),
    })),
    model: body.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

/** A text, texts, a list of tokens, or lists of tokens. */
function inputsOf(input: unknown): string[] {
  const list = Array.isArray(input) && typeof input[0] !== 'number' ? input : [input]
  if (input === undefined || list.length === 0 || list.length > MAX_INPUTS) {
    throw new SandboxError(400, 'invalid_request_error', `input must be a text or 1 to ${MAX_INPUTS} of them.`)
  }
  return list.map((item) => (typeof item === 'string' ? item : JSON.stringify(item)))
}

function vectorOf(text: string, dimensions: number): Float32Array {
  const random = randomFrom(hash(text))
  const vector = Float32Array.from({ length: dimensions }, () => normal(random))
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

const encode = (vector: Float32Array, format: unknown): unknown =>
  format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : Array.from(vector)

/** Embeddings of other wires as OpenAI's list. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { ConvertContext } from '../../converter.ts'
import { listOf, refuse } from '../../untyped.ts'

/** `encoding_format: base64`, which OpenAI's own clients ask for: 32-bit floats, little-endian. */
export function embeddingList(vectors: readonly unknown[], tokens: number, context: ConvertContext): JsonObject {
  const isBase64 = context.request.encoding_format === 'base64'
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({
      object: 'embedding',
      index,
      embedding: isBase64 ? base64Of(listOf(vector)) : vector,
    })),
    model: context.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  }
}

function base64Of(vector: readonly unknown[]): string {
  const bytes = Buffer.allocUnsafe(vector.length * 4)
  vector.forEach((value, i) => {
    bytes.writeFloatLE(Number(value), i * 4)
  })
  return bytes.toString('base64')
}

/** The input as a list; tokens, which only their own model knows, are refused. */
export function inputList(input: unknown): readonly unknown[] {
  const list = Array.isArray(input) ? input : [input]
  if (list.some((entry) => typeof entry === 'number' || Array.isArray(entry)))
    refuse('input', 'must be text: this endpoint takes no tokens')
  return list
}

/** The same where images are refused too. */
export const textList = (input: unknown): string[] =>
  inputList(input).map((entry) =>
    typeof entry === 'string' ? entry : refuse('input', 'may only be text: this endpoint takes nothing else'),
  )

/**
 * Thought signatures. Gemini 3 refuses a call of a function without one, and every model one that it did not make. The
 * router's own (`token.ts`), which say whose they are, are sent as base64: clients hold signatures as bytes.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import { mapSame, withValue } from '../../quirks/same.ts'
import { isToken } from '../../reasoning/token.ts'
import { isObject, stringOf } from '../../untyped.ts'

/** What Google documents for calls that it did not make: https://ai.google.dev/gemini-api/docs/thought-signatures */
export const STAND_IN = 'skip_thought_signature_validator'

/** OpenRouter's name of the format. */
export const FORMAT = 'google-gemini-v1'

/** Signatures came with Gemini 3. */
export const needsSignature = (model: unknown): boolean => !/gemini-[12](?!\d)/.test(stringOf(model))

export const sealed = (token: string): string => Buffer.from(token).toString('base64')

/** The router's own signature in `given`; undefined for Google's. Clients may write either alphabet of base64. */
export function unsealed(given: unknown): string | undefined {
  if (typeof given !== 'string' || given === '') return undefined
  const token = isToken(given) ? given : Buffer.from(given, 'base64').toString()
  return isToken(token) ? token : undefined
}

/** A client's history for Gemini itself: without what others thought. The same object when nothing has to change. */
export function signaturesForGemini(body: JsonObject, model: unknown): JsonObject {
  if (!Array.isArray(body.contents)) return body
  const signs = needsSignature(model)
  const contents = mapSame(body.contents as unknown[], (content) => {
    if (!isObject(content) || !Array.isArray(content.parts)) return content
    const isForeign = content.parts.some((part) => isObject(part) && unsealed(part.thoughtSignature) !== undefined)
    const parts = isForeign ? spokenParts(content.parts.filter(isObject)) : (content.parts as unknown[])
    return withValue(content, 'parts', signs ? signed(parts) : parts)
  })
  return withValue(body, 'contents', contents)
}

/** Of a turn of another maker: its thoughts are left out. */
function spokenParts(parts: readonly JsonObject[]): readonly JsonObject[] {
  const kept = parts.filter((part) => part.thought !== true).map(({ thoughtSignature: _, ...part }) => part)
  const spoken = kept.filter((part) => part.text !== '')
  return spoken.length > 0 ? spoken : [{ text: '' }]
}

/** Of calls at once the first one has to be signed: the word for none stands in. */
function signed(parts: readonly unknown[]): readonly unknown[] {
  const isCall = (part: unknown): part is JsonObject => isObject(part) && isObject(part.functionCall)
  const first = parts.findIndex(isCall)
  if (first < 0 || parts.some((part) => isCall(part) && stringOf(part.thoughtSignature) !== '')) return parts
  return parts.map((part, at) => (at === first ? { ...(part as JsonObject), thoughtSignature: STAND_IN } : part))
}

/**
 * Google's thought signatures in hub messages: those of calls where its own OpenAI-compatible API has them
 * (`extra_content.google.thought_signature`), that of a text as an encrypted detail. Each goes within the router's own
 * signature, so that only its maker gets it back.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import { objects } from '../../../read/meter.ts'
import { madeBy, readToken, tokenOf } from '../../../reasoning/token.ts'
import { objectOf, stringOf } from '../../../untyped.ts'
import { FORMAT } from '../own-signatures.ts'

const wrapped = (signature: string, maker: string): string => tokenOf({ maker, details: [{ signature }] })

const unwrapped = (token: unknown, maker: string | undefined): string => {
  const origin = maker === undefined ? undefined : readToken(token)
  return origin && madeBy(origin, maker!) ? stringOf(origin.details?.[0]?.signature) : ''
}

/** `extra_content` of a call; nothing where it has no signature. */
export const callExtraOf = (part: JsonObject, maker: string): JsonObject => {
  const signature = stringOf(part.thoughtSignature)
  return signature === '' ? {} : { extra_content: { google: { thought_signature: wrapped(signature, maker) } } }
}

/** Of a thought or a text. */
export const textDetail = (text: string): JsonObject => ({ type: 'reasoning.text', text, format: FORMAT, index: 0 })
export const signatureDetail = (signature: string, maker: string): JsonObject => ({
  type: 'reasoning.encrypted',
  data: wrapped(signature, maker),
  format: FORMAT,
  index: 1,
})

/** What `maker` signed a call with; '' for nothing. */
export const signatureOfCall = (call: JsonObject, maker: string | undefined): string =>
  unwrapped(objectOf(objectOf(call.extra_content).google).thought_signature, maker)

/** The same of the text of a message. */
export function signatureOfText(message: JsonObject, maker: string | undefined): string {
  for (const { data } of objects(message.reasoning_details)) {
    const signature = unwrapped(data, maker)
    if (signature !== '') return signature
  }
  return ''
}

/**
 * Encrypted reasoning in the history of a Responses request. Only the account that got it can read it: another answers
 * 400 (`invalid_encrypted_content`, litellm#40364). It is known by its end, which is a checksum in all forms of it.
 */
import { editBody } from '../../../base/json/edit-body.ts'
import type { JsonObject } from '../../../plugins/api.ts'
import type { Call } from '../../../routing/ports.ts'
import { isToken } from '../../reasoning/token.ts'
import { isObject } from '../../untyped.ts'

/** Characters of the end. */
const END = 40

/** Undefined for what is nothing like it, and for what the router signed itself. */
export function sealOf(item: unknown): string | undefined {
  if (!isObject(item) || item.type !== 'reasoning') return undefined
  const sealed = item.encrypted_content
  if (typeof sealed !== 'string' || sealed.length < END) return undefined
  return isToken(item.encrypted_content) ? undefined : `~${sealed.slice(-END)}`
}

/** Undefined for none, as in almost all requests. */
export function sealsIn(body: JsonObject): readonly string[] | undefined {
  let seals: string[] | undefined
  if (Array.isArray(body.input))
    for (const item of body.input) {
      const seal = sealOf(item)
      if (seal === undefined) continue
      seals ??= []
      seals.push(seal)
    }
  return seals
}

/** The same request without the reasoning that is sealed for others. */
export function withoutSealed<T extends Pick<Call, 'raw' | 'body'>>(call: T, isForeign: (seal: string) => boolean): T {
  const { input } = call.body
  if (!Array.isArray(input)) return call
  const kept = input.filter((item) => {
    const seal = sealOf(item)
    return seal === undefined || !isForeign(seal)
  })
  return { ...call, body: { ...call.body, input: kept }, raw: editBody(call.raw, { set: { input: kept } }) }
}

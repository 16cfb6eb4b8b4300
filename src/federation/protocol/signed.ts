import { type KeyObject, sign, verify } from 'node:crypto'
import { canonicalBytes } from './canonical.ts'
import { importPublicKey, type SigningKey } from './keys.ts'
import { ProtocolProblem } from './problem.ts'
import type { Head } from './types.ts'

const NEWLINE = 0x0a
/** Longest first line: two base64url values and their names. */
const MAX_ENVELOPE_BYTES = 256

/** A signed document taken apart, not yet verified. `payload` are the bytes that were signed. */
export interface Sealed {
  readonly key: string
  readonly signature: Buffer
  readonly payload: Buffer
}

/**
 * A signed document: two lines of JSON, the envelope `{"key": ..., "sig": ...}` and the payload in canonical form. The
 * signature is Ed25519 over `commonroute/v1/<type>`, a newline and the payload's bytes, so that no document passes for
 * one of another type. Whoever reads it verifies the bytes as they came; nothing is serialised again.
 */
export const seal = (document: Head<string>, key: SigningKey): Buffer =>
  sealPayload(document.type, canonicalBytes(document), key)

/** The same of a payload that is in canonical form already. */
export function sealPayload(type: string, payload: Buffer, key: SigningKey): Buffer {
  const signature = sign(null, signedBytes(type, payload), key.privateKey)
  const envelope = JSON.stringify({ key: key.publicKey, sig: signature.toString('base64url') })
  return Buffer.concat([Buffer.from(`${envelope}\n`), payload])
}

/** Takes a signed document apart. @throws ProtocolProblem not_signed */
export function unseal(bytes: Buffer): Sealed {
  const end = bytes.subarray(0, MAX_ENVELOPE_BYTES).indexOf(NEWLINE)
  if (end < 0)
    throw new ProtocolProblem('not_signed', 'The first line must be the envelope {"key", "sig"}, at most 256 bytes.')
  const envelope = parse(bytes.subarray(0, end))
  if (!isEnvelope(envelope))
    throw new ProtocolProblem('not_signed', 'The envelope must hold "key" and "sig" in base64url, and nothing else.')
  return { key: envelope.key, signature: Buffer.from(envelope.sig, 'base64url'), payload: bytes.subarray(end + 1) }
}

/**
 * The payload of a document of this type, when `key` (default: the one it names) signed it.
 * @throws ProtocolProblem bad_signature, bad_json. The payload still needs its schema checked.
 */
export function verifySealed(type: string, sealed: Sealed, key: KeyObject = keyOf(sealed)): unknown {
  if (!verify(null, signedBytes(type, sealed.payload), key, sealed.signature)) {
    throw new ProtocolProblem('bad_signature', `The signature is not that of this key over this ${type}.`)
  }
  const document = parse(sealed.payload)
  if (document === undefined) throw new ProtocolProblem('bad_json', 'The payload is not JSON.')
  return document
}

function keyOf({ key }: Sealed): KeyObject {
  try {
    return importPublicKey(key)
  } catch {
    throw new ProtocolProblem('bad_signature', 'The key is not an Ed25519 public key.')
  }
}

const signedBytes = (type: string, payload: Buffer) => Buffer.concat([Buffer.from(`commonroute/v1/${type}\n`), payload])

function isEnvelope(value: unknown): value is { key: string; sig: string } {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false
  const { key, sig } = value as Record<string, unknown>
  return typeof key === 'string' && /^[\w-]{43}$/.test(key) && typeof sig === 'string' && /^[\w-]{86}$/.test(sig)
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    return undefined
  }
}

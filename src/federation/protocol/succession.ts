import { fingerprint, type SigningKey } from './keys.ts'
import { seal, unseal, verifySealed } from './signed.ts'
import type { Head } from './types.ts'
import { versionOf } from './version.ts'

/** A hub's key names the one after it, and signs that: who pins the old one may go on with the new one. */
interface Succession extends Head<'succession'> {
  /** The new public key, base64url. */
  readonly key: string
  /** Unix seconds. */
  readonly time: number
}

/** Successions that a hub announces, the newest; each is about 350 characters. */
export const MAX_SUCCESSIONS = 20
export const MAX_SUCCESSION_LENGTH = 1_000

/** The signed document, base64url. */
export function succeed(old: SigningKey, publicKey: string, nowS: number): string {
  const document: Succession = { type: 'succession', v: versionOf(1), key: publicKey, time: Math.floor(nowS) }
  return seal(document, old).toString('base64url')
}

/**
 * Whether a chain of signed successions, oldest first, leads from a key that is pinned to another. `pinned`: the key,
 * or its fingerprint.
 */
export function leadsTo(pinned: string, key: string, chain: readonly string[] = []): boolean {
  const isPinned = (candidate: string) => candidate === pinned || fingerprint(candidate) === pinned
  if (isPinned(key)) return true
  let trusted: string | undefined
  for (const encoded of chain) {
    const link = readLink(encoded)
    if (!link) return false
    if (isPinned(link.from)) trusted = link.from
    if (link.from === trusted) trusted = link.to
  }
  return trusted === key
}

function readLink(encoded: string): { readonly from: string; readonly to: string } | undefined {
  try {
    const sealed = unseal(Buffer.from(encoded, 'base64url'))
    const { type, key } = verifySealed('succession', sealed) as Partial<Succession>
    if (type !== 'succession' || typeof key !== 'string' || !/^[\w-]{43}$/.test(key)) return undefined
    return { from: sealed.key, to: key }
  } catch {
    return undefined
  }
}

import { createPublicKey, type KeyObject, verify } from 'node:crypto'

const RAW_BYTES = 32
const SIGNATURE_BYTES = 64
/** What X.509 writes before the 32 bytes of an Ed25519 key (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** From PEM, or from base64 of the key alone or of its SPKI form; undefined for what is no Ed25519 key. */
export function publicKeyOf(text: string): KeyObject | undefined {
  const bytes = Buffer.from(text.replaceAll(/-----(?:BEGIN|END) PUBLIC KEY-----|\s/g, ''), 'base64')
  const der = bytes.length === RAW_BYTES ? Buffer.concat([SPKI_PREFIX, bytes]) : bytes
  try {
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' })
    return key.asymmetricKeyType === 'ed25519' ? key : undefined
  } catch {
    return undefined
  }
}

/**
 * Whether a detached Ed25519 signature is that of these bytes. It may be the 64 bytes themselves, as
 * `openssl pkeyutl -sign -rawin` writes them, or their base64 or hex.
 */
export function isSignedBy(key: KeyObject, bytes: Buffer, written: Buffer): boolean {
  const signature = signatureIn(written)
  return signature !== undefined && verify(null, bytes, key, signature)
}

function signatureIn(written: Buffer): Buffer | undefined {
  if (written.length === SIGNATURE_BYTES) return written
  const text = written.toString('latin1').trim()
  const decoded = Buffer.from(text, /^[0-9a-f]{128}$/i.test(text) ? 'hex' : 'base64')
  return decoded.length === SIGNATURE_BYTES ? decoded : undefined
}

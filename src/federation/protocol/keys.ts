import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** An Ed25519 key pair. `publicKey` is the raw key in base64url (43 characters), as it travels. */
export interface SigningKey {
  readonly publicKey: string
  readonly privateKey: KeyObject
}

export function generateSigningKey(): SigningKey {
  return fromPrivate(generateKeyPairSync('ed25519').privateKey)
}

/** From PKCS #8 PEM, as `exportSigningKey` writes it. Throws when it is something else. */
export function importSigningKey(pem: string): SigningKey {
  const key = createPrivateKey(pem)
  if (key.asymmetricKeyType !== 'ed25519')
    throw new TypeError(`an Ed25519 key is needed, this is ${key.asymmetricKeyType}`)
  return fromPrivate(key)
}

export const exportSigningKey = ({ privateKey }: SigningKey): string =>
  privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

/** Throws when it is not a raw Ed25519 key in base64url. */
export function importPublicKey(raw: string): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: raw }, format: 'jwk' })
}

/**
 * The name of a key: 16 bytes of its SHA-256, base64url (22 characters). A member's id is that of its key; an invite
 * carries the hub's.
 */
export const fingerprint = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest().subarray(0, 16).toString('base64url')

const fromPrivate = (privateKey: KeyObject): SigningKey => ({
  privateKey,
  publicKey: createPublicKey(privateKey).export({ format: 'jwk' }).x!,
})

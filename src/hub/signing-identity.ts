import type { KeyObject } from 'node:crypto'
import type { SigningKey } from '../federation/protocol/keys.ts'

/**
 * The hub's signing key and how it came after earlier ones: one object that everybody holds, so that a new key reaches
 * all.
 */
export class SigningIdentity implements SigningKey {
  /** Oldest first (`federation/protocol/succession.ts`). */
  readonly succession: string[]
  #key: SigningKey

  constructor(key: SigningKey, succession: readonly string[]) {
    this.#key = key
    this.succession = [...succession]
  }

  get publicKey(): string {
    return this.#key.publicKey
  }

  get privateKey(): KeyObject {
    return this.#key.privateKey
  }

  /** Takes the key that another process gave the hub. False when it is the one that is held. */
  follow({ publicKey, privateKey, succession }: SigningIdentity): boolean {
    if (publicKey === this.publicKey) return false
    this.#key = { publicKey, privateKey }
    this.succession.splice(0, this.succession.length, ...succession)
    return true
  }
}

import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { RouterError, reasonOf } from '../base/errors.ts'

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16
const NAME_BYTES = 16

/**
 * Texts at rest: AES-256-GCM, each with a nonce of its own, bound to the name that it is kept under. Names are HMACs,
 * so that a file tells neither ids nor whose they are.
 */
export class Cipher {
  readonly #encryption: Buffer
  readonly #naming: Buffer

  constructor(secret: Uint8Array) {
    this.#encryption = Buffer.from(hkdfSync('sha256', secret, '', 'commonroute responses: encryption', KEY_BYTES))
    this.#naming = Buffer.from(hkdfSync('sha256', secret, '', 'commonroute responses: names', KEY_BYTES))
  }

  /** Of a thing of one client's; another client's of the same id has another name. */
  name(account: string, id: string): Buffer {
    return createHmac('sha256', this.#naming).update(`${account}\n${id}`).digest().subarray(0, NAME_BYTES)
  }

  seal(text: string, name: Buffer): Buffer {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv('aes-256-gcm', this.#encryption, nonce)
    cipher.setAAD(name)
    const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body])
  }

  /** Undefined for what was not sealed with this key under this name. */
  open(sealed: Uint8Array, name: Buffer): string | undefined {
    const nonce = sealed.subarray(0, NONCE_BYTES)
    const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES)
    try {
      const cipher = createDecipheriv('aes-256-gcm', this.#encryption, nonce)
      cipher.setAAD(name)
      cipher.setAuthTag(tag)
      return cipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES), undefined, 'utf8') + cipher.final('utf8')
    } catch {
      return undefined
    }
  }
}

/**
 * The secret in a file of its own (mode 0600), made when it is not there; several processes end up with the same one.
 * Throws ROUTER_STATE_UNWRITABLE.
 */
export function readSecret(path: string): Buffer {
  try {
    writeFileSync(path, randomBytes(KEY_BYTES), { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST')
      throw new RouterError('ROUTER_STATE_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error })
  }
  const secret = readFileSync(path)
  if (secret.length === KEY_BYTES) return secret
  throw new RouterError('ROUTER_STATE_UNWRITABLE', { path, reason: `it does not hold a key of ${KEY_BYTES} bytes` })
}

import { createCipheriv, createHmac } from 'node:crypto'
import type { RandomWords } from './discrete-laplace.ts'

const ZEROS = Buffer.alloc(2_048)

/**
 * Words that are random to everybody who lacks the key, and always the same for the same key and label: the AES-256-CTR
 * stream under HMAC-SHA256(key, label). So a preview shows the very noise that will be sent, and looking again does not
 * average it away.
 */
export function noiseStream(key: Uint8Array, label: string): RandomWords {
  const seed = createHmac('sha256', key).update(label).digest()
  const cipher = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16))
  let block = cipher.update(ZEROS)
  let used = 0
  return () => {
    if (used === block.length) {
      block = cipher.update(ZEROS)
      used = 0
    }
    used += 4
    return block.readUInt32BE(used - 4)
  }
}

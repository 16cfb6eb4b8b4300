import { createHmac } from 'node:crypto'
import type { RandomBytes } from './discrete-laplace.ts'

/**
 * Bytes that are random to everybody who lacks the key, and always the same for the same key and label: HMAC-SHA256 of the label and a counter
 * (NIST SP 800-108, KDF in counter mode). So a preview shows the very noise that will be sent, and looking again does not average it away.
 */
export function noiseStream(key: Uint8Array, label: string): RandomBytes {
  const seed = createHmac('sha256', key).update(label).digest()
  const counter = Buffer.alloc(4)
  let block = Buffer.alloc(0)
  let used = 0
  return (count) => {
    if (used + count > block.length) {
      block = createHmac('sha256', seed).update(counter).digest()
      counter.writeUInt32BE(counter.readUInt32BE() + 1)
      used = 0
    }
    used += count
    return block.subarray(used - count, used)
  }
}

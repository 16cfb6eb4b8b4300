import type { OnReadOpts, Socket } from 'node:net'

/** As much as Node would ask the system for. */
const READ_BYTES = 64 * 1024

/**
 * All connections are read into this one buffer, and what has come is copied out of it at once. Else Node takes so much
 * memory for each read, makes it smaller, and queues it in a stream: a fifth of what asking an upstream costs.
 */
export const READ_BUFFER: OnReadOpts = {
  buffer: Buffer.allocUnsafeSlow(READ_BYTES),
  callback(this: Socket, length: number, buffer: Uint8Array): boolean {
    const bytes = Buffer.allocUnsafe(length)
    bytes.set(length === buffer.length ? buffer : buffer.subarray(0, length))
    this.emit('data', bytes)
    // Whoever wants no more pauses the socket.
    return true
  },
}

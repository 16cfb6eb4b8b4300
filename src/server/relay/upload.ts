import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { RouterError } from '../../base/errors.ts'
import type { Upload } from '../../routing/relay/relay-call.ts'
import { longUpload } from './long-uploads.ts'

/** Bodies up to this size are taken whole: they can be sent again. */
const SMALL = 64 * 1024

/** The body of a request, under a cap. Undefined when it has none. Throws ROUTER_UPLOAD_TOO_LARGE. */
export async function readUpload(request: IncomingMessage, limit: number): Promise<Upload | Buffer | undefined> {
  const announced = lengthOf(request)
  if (announced === undefined && request.headers['transfer-encoding'] === undefined) return undefined
  if (announced !== undefined && announced > limit) throw new RouterError('ROUTER_UPLOAD_TOO_LARGE', { limit })
  if (announced !== undefined && announced <= SMALL) {
    const chunks: Buffer[] = []
    for await (const chunk of pieces(request)) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  return new PassedUpload(request, announced, limit)
}

export function lengthOf({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length']
  return length === undefined ? undefined : Number(length)
}

class PassedUpload implements Upload {
  readonly length: number | undefined
  readonly stream: Readable
  #listener: (() => void) | undefined

  constructor(request: IncomingMessage, length: number | undefined, limit: number) {
    this.length = length
    this.stream = Readable.from(this.#pass(request, limit), { objectMode: false, highWaterMark: SMALL })
    // Whoever sends it knows.
    this.stream.on('error', () => {})
  }

  onPiece(listener: () => void): void {
    this.#listener = listener
  }

  async *#pass(request: IncomingMessage, limit: number): AsyncGenerator<Buffer> {
    // How long it is silent is bounded by who waits for it.
    const ended = longUpload(request)
    let bytes = 0
    try {
      for await (const chunk of pieces(request)) {
        bytes += chunk.length
        if (bytes > limit) throw new RouterError('ROUTER_UPLOAD_TOO_LARGE', { limit })
        this.#listener?.()
        yield chunk
      }
    } finally {
      ended()
    }
  }
}

/** An answer that comes early ends the upload, and must not take the connection with it. */
const pieces = (request: IncomingMessage): AsyncIterable<Buffer> => request.iterator({ destroyOnReturn: false })

import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject } from '../../plugins/api.ts'

/** Bytes. What a service tells of a thing that it keeps is a thousandth of it, and a list of many is not much more. */
const LIMIT = 16 * 1024 * 1024

/** A short answer that is read before it is passed on. */
export class WholeAnswer {
  readonly #read: (body: JsonObject) => Promise<JsonObject | undefined>
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(read: (body: JsonObject) => Promise<JsonObject | undefined>) {
    this.#read = read
  }

  /** False when it is too long to be read. */
  push(chunk: Buffer): boolean {
    this.#bytes += chunk.length
    this.#chunks.push(chunk)
    return this.#bytes <= LIMIT
  }

  /** What the client gets. */
  async end(): Promise<Buffer> {
    const bytes = Buffer.concat(this.#chunks)
    const body = parse(bytes)
    if (!body) return bytes
    const changed = await this.#read(body)
    return changed ? Buffer.from(JSON.stringify(changed)) : bytes
  }
}

function parse(bytes: Buffer): JsonObject | undefined {
  try {
    const body: unknown = JSON.parse(bytes.toString())
    return isObject(body) ? body : undefined
  } catch {
    return undefined
  }
}

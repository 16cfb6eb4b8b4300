import { open } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../../base/errors.ts'
import { MAP_BYTES } from '../../protocol/limits.ts'
import { ENVELOPE_BYTES } from '../membership/hub-client.ts'
import type { Fetched, MapSource } from './map-source.ts'

const MAX_BYTES = MAP_BYTES + ENVELOPE_BYTES

/** A map in a file: copied there, or shipped with something as a seed. Read anew when the file changes. */
export class FileSource implements MapSource {
  readonly name: string
  readonly everyMs = 5_000

  constructor(path: string) {
    this.name = path
  }

  async map(etag?: string): Promise<Fetched | undefined> {
    try {
      const file = await open(this.name)
      try {
        const { ino, mtimeMs, size } = await file.stat()
        const mark = `${ino} ${mtimeMs} ${size}`
        if (mark === etag) return undefined
        if (size > MAX_BYTES) throw new RangeError(`it is larger than ${MAX_BYTES} bytes`)
        return { document: await file.readFile(), etag: mark }
      } finally {
        await file.close()
      }
    } catch (error) {
      const reason = reasonOf(error).replace(/\.$/, '')
      throw new RouterError('ROUTER_FEDERATION_MAP', { from: this.name, reason }, { cause: error })
    }
  }

  async incidents(): Promise<undefined> {}

  async succession(): Promise<readonly string[]> {
    return []
  }

  async close(): Promise<void> {}
}

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import { UNFINISHED, writeWhole } from '../../base/files/write-whole.ts'
import type { HubStore } from '../database/open.ts'
import { loadHistory } from './load-history.ts'

const [brotli, gzipped] = [promisify(brotliCompress), promisify(gzip)]

/**
 * The public documents as files, for any file server or CDN in front of the hub or instead of it: `map` (the signed
 * document) and `history.json`, each also as `.br` and `.gz`. They are derived from the database; lost ones are written
 * again at the next start.
 */
export class StaticFiles {
  readonly #store: HubStore
  readonly #epochSeconds: number
  readonly #directory: string
  /** Epoch and revision of the map in the files. */
  #written = ''
  #running: Promise<void> | undefined

  constructor(store: HubStore, epochSeconds: number, directory: string) {
    this.#store = store
    this.#epochSeconds = epochSeconds
    this.#directory = directory
  }

  /** Writes what is newer in the database than in the files. Throws what database or disk throw; the old files stay. */
  refresh(): Promise<void> {
    this.#running ??= this.#refresh().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #refresh(): Promise<void> {
    const { db } = this.#store
    const newest = await db
      .selectFrom('maps')
      .select(['epoch', 'revision'])
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!newest || `${newest.epoch} ${newest.revision}` === this.#written) return
    const { epoch, revision, document } = await db
      .selectFrom('maps')
      .select(['epoch', 'revision', 'document'])
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow()
    await this.#write('map', document)
    await this.#write('history.json', Buffer.from(JSON.stringify(await loadHistory(db, this.#epochSeconds))))
    this.#written = `${epoch} ${revision}`
  }

  async #write(name: string, bytes: Buffer): Promise<void> {
    const path = join(this.#directory, name)
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    await mkdir(this.#directory, { recursive: true, mode: 0o755 })
    await publish(path, bytes)
    await publish(`${path}.br`, await brotli(bytes, { params }))
    await publish(`${path}.gz`, await gzipped(bytes, { level: 9 }))
  }
}

/** Public; several processes of a hub have temporary files of their own. */
const publish = (path: string, bytes: Uint8Array): Promise<void> =>
  writeWhole(path, bytes, { mode: 0o644, temporary: `${path}.${process.pid}${UNFINISHED}` })

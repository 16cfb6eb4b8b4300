import { join } from 'node:path'
import type { HubStore } from '../database/open.ts'
import { loadHistory } from './load-history.ts'
import { type Modes, writePublic } from './write-public.ts'

/**
 * The public documents as files, for any file server or CDN in front of the hub or instead of it: `map` (the signed
 * document) and `history.json`, each also as `.br` and `.gz`. They are derived from the database; lost ones are written
 * again at the next start.
 */
export class StaticFiles {
  readonly #store: HubStore
  readonly #epochSeconds: number
  readonly #directory: string
  readonly #modes: Modes
  /** Epoch and revision of the map in the files. */
  #written = ''
  #running: Promise<void> | undefined

  constructor(store: HubStore, epochSeconds: number, directory: string, modes: Modes) {
    this.#modes = modes
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
    await writePublic(join(this.#directory, 'map'), document, this.#modes)
    const history = await loadHistory(db, this.#epochSeconds)
    await writePublic(join(this.#directory, 'history.json'), Buffer.from(JSON.stringify(history)), this.#modes)
    this.#written = `${epoch} ${revision}`
  }
}

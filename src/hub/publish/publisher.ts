import { join } from 'node:path'
import { unseal } from '../../federation/protocol/signed.ts'
import type { HubMap } from '../../federation/protocol/types.ts'
import { termsText, termsUrl } from '../about.ts'
import type { HubStore } from '../database/open.ts'
import type { HubFacts } from '../facts/facts.ts'
import { hubInfo } from '../hub-info.ts'
import { IncidentBoard } from '../incidents/board.ts'
import { IncidentHistory } from '../incidents/incident-history.ts'
import type { HubPage } from '../page/create-page.ts'
import { type HubSettings, quorumOf } from '../settings.ts'
import { FileTree, type PublicFile, type TreeFacts } from './file-tree.ts'
import { loadHistory } from './load-history.ts'
import { type PublishedState, siteFiles } from './site-files.ts'
import { type Modes, modesOf, removePublic, writePublic } from './write-public.ts'

export interface PublisherOptions {
  readonly store: HubStore
  readonly settings: HubSettings
  readonly facts: HubFacts
  readonly page: HubPage
  readonly directory: string
  /**
   * Whether the signed incidents are among the files. A member believes them for five minutes, so that they need
   * somebody who writes them anew.
   */
  readonly incidents: boolean
  /** Unix milliseconds. */
  readonly now?: () => number
}

/** What a publishing came to. */
export interface PublishedFacts extends TreeFacts {
  /** Of the map; null before the first. */
  readonly epoch: number | null
}

/**
 * The whole read side of a hub as files, for any file server or CDN in front of the hub or instead of it. Derived from
 * the database, so that whoever runs it, running hub or command, writes the same.
 */
export class Publisher {
  readonly #options: PublisherOptions
  readonly #modes: Modes
  readonly #tree: FileTree
  readonly #board: IncidentBoard
  readonly #history: IncidentHistory
  readonly #now: () => number
  /** What the files are of. */
  #written = ''
  #signed = ''
  #running: Promise<PublishedFacts | undefined> | undefined

  constructor(options: PublisherOptions) {
    const { store, settings, directory, now = Date.now } = options
    const k = quorumOf(settings)
    this.#options = options
    this.#now = now
    this.#modes = modesOf(settings)
    this.#tree = new FileTree(directory, this.#modes)
    this.#board = new IncidentBoard({ store, key: settings.key, k, now })
    this.#history = new IncidentHistory({ store, k, now })
  }

  /**
   * Brings the files in line with the database; undefined when nothing has changed since the last time. Rejects with
   * what database or disk say; the old files stay.
   */
  refresh(): Promise<PublishedFacts | undefined> {
    this.#running ??= this.#refresh().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #refresh(): Promise<PublishedFacts | undefined> {
    await this.#board.refresh()
    await this.#history.refresh()
    const newest = await this.#newest()
    const state = JSON.stringify([newest?.epoch, newest?.revision, this.#history.incidents])
    await this.#writeIncidents()
    if (state === this.#written) return undefined
    const facts = await this.#tree.write(this.#files(await this.#state()))
    this.#written = state
    return { ...facts, epoch: newest?.epoch ?? null }
  }

  /** They change each minute, and nothing else with them. */
  async #writeIncidents(): Promise<void> {
    const { directory, incidents } = this.#options
    const path = join(directory, 'v1/incidents')
    if (!incidents) return removePublic(path)
    const { bytes, etag } = this.#board.signed()
    if (etag === this.#signed) return
    await writePublic(path, bytes, this.#modes)
    this.#signed = etag
  }

  #newest(): Promise<{ readonly epoch: number; readonly revision: number } | undefined> {
    const { db } = this.#options.store
    return db.selectFrom('maps').select(['epoch', 'revision']).orderBy('epoch', 'desc').limit(1).executeTakeFirst()
  }

  async #state(): Promise<PublishedState> {
    const { store, settings, facts } = this.#options
    const row = await store.db
      .selectFrom('maps')
      .select(['document', 'created_at'])
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst()
    const document = row?.document
    return {
      document,
      map: document && (JSON.parse(unseal(document).payload.toString()) as HubMap),
      history: document && (await loadHistory(store.db, settings.epochSeconds)),
      incidents: this.#board.incidents,
      allIncidents: this.#history.incidents,
      info: hubInfo(settings),
      url: settings.url,
      facts,
      // That of the map, not of now: what has not changed is not written again.
      time: Math.floor(row?.created_at ?? 0),
    }
  }

  *#files(state: PublishedState): Generator<PublicFile> {
    const { settings, page } = this.#options
    if (termsUrl(settings.about) === undefined)
      yield { path: 'terms.txt', body: () => Buffer.from(termsText(settings)) }
    yield* siteFiles(state, page)
  }
}

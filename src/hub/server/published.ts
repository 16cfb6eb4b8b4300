import { unseal } from '../../federation/protocol/signed.ts'
import type { HubMap } from '../../federation/protocol/types.ts'
import type { HubStore } from '../database/open.ts'
import { loadHistory } from '../publish/load-history.ts'
import type { History } from '../publish/page-data.ts'
import { type Asset, createAsset } from './asset.ts'
import { SIGNED_TYPE } from './content-types.ts'

export interface Published<Document> {
  readonly asset: Asset
  /** The last epoch that is in it. */
  readonly epoch: number
  /** How often it was written anew within its epoch. */
  readonly revision: number
  readonly document: Document
}

/** The newest map and history, ready to be served: read and compressed once for each, by every process on its own. */
export class PublishedDocuments {
  readonly #store: HubStore
  readonly #epochSeconds: number
  readonly cacheControl: string
  #map: Published<HubMap> | undefined
  #history: Published<History> | undefined

  /** A reader may be behind by a sixtieth of an epoch, a minute at the most. */
  constructor(store: HubStore, epochSeconds: number) {
    this.#store = store
    this.#epochSeconds = epochSeconds
    this.cacheControl = `public, max-age=${Math.max(1, Math.min(60, Math.floor(epochSeconds / 60)))}`
  }

  get map(): Published<HubMap> | undefined {
    return this.#map
  }

  get history(): Published<History> | undefined {
    return this.#history
  }

  /** Looks at the database whether there is something newer. */
  async refresh(): Promise<void> {
    const { db } = this.#store
    const newest = await db
      .selectFrom('maps')
      .select(['epoch', 'revision'])
      .orderBy('epoch', 'desc')
      .limit(1)
      .executeTakeFirst()
    if (!newest || (newest.epoch === this.#map?.epoch && newest.revision === this.#map.revision)) return
    const map = db.selectFrom('maps').select(['epoch', 'document', 'revision']).orderBy('epoch', 'desc').limit(1)
    const { epoch, document, revision } = await map.executeTakeFirstOrThrow()
    const history = await loadHistory(db, this.#epochSeconds)
    const [mapAsset, historyAsset] = await Promise.all([
      createAsset(document, SIGNED_TYPE, this.cacheControl),
      createAsset(Buffer.from(JSON.stringify(history)), 'application/json; charset=utf-8', this.cacheControl),
    ])
    this.#history = { asset: historyAsset, epoch, revision, document: history }
    this.#map = {
      asset: mapAsset,
      epoch,
      revision,
      document: JSON.parse(unseal(document).payload.toString()) as HubMap,
    }
  }
}

import { NO_FACTS } from '../facts/facts.ts'
import { hubInfo } from '../hub-info.ts'
import { OpenDocuments } from '../publish/documents.ts'
import { type Asset, createAsset } from './asset.ts'
import type { Services } from './services.ts'

/**
 * The open documents of now, ready to be served: each made and compressed when it is first asked for, and kept until
 * map or incidents change. Only what is published has a name, so that made-up ones cost nothing and fill nothing.
 */
export class OpenAssets {
  readonly #services: Pick<Services, 'published' | 'board' | 'options'>
  readonly #assets = new Map<string, Promise<Asset>>()
  #documents: OpenDocuments | undefined
  #of: readonly unknown[] = []

  constructor(services: Pick<Services, 'published' | 'board' | 'options'>) {
    this.#services = services
  }

  /** By path, without the slash at the beginning; undefined where there is nothing. */
  find(path: string): Promise<Asset> | undefined {
    const documents = this.#current()
    const known = this.#assets.get(path)
    if (known) return known
    const document = documents.get(path)
    if (!document) return undefined
    const asset = createAsset(document.body, document.contentType, this.#services.published.cacheControl)
    this.#assets.set(path, asset)
    return asset
  }

  #current(): OpenDocuments {
    const { published, board, options } = this.#services
    const { incidents } = board
    const map = published.map?.document
    const history = published.history?.document
    const state = [map, history, incidents]
    if (this.#documents && state.every((part, at) => part === this.#of[at])) return this.#documents
    this.#of = state
    this.#assets.clear()
    const { facts = NO_FACTS } = options
    this.#documents = new OpenDocuments({ map, history, incidents, info: hubInfo(options), facts })
    return this.#documents
  }
}

import type { PageData } from '../publish/page-data.ts'
import type { CreateSite, Site, SiteRedirect } from './site.ts'

/** Pages kept at once, and bytes of them. */
const MAX_PAGES = 300
const MAX_BYTES = 32e6

export interface DrawnPage {
  readonly status: 200 | 404
  readonly contentType: string
  readonly body: Buffer
}

/**
 * Drawn pages of one state of the hub; forgotten when that changes, or the minute does (a page says how old its map is).
 * A site gives the same key to all that it does not know, so that made-up names cost no drawing each.
 */
export class PageCache {
  readonly #createSite: CreateSite
  readonly #pages = new Map<string, DrawnPage>()
  #bytes = 0
  #of: PageData | undefined
  #site: Site | undefined

  constructor(createSite: CreateSite) {
    this.#createSite = createSite
  }

  page(data: PageData, path: string, query: URLSearchParams): DrawnPage | SiteRedirect {
    const page = this.#siteOf(data).page(path, query)
    if ('location' in page) return page
    const kept = this.#pages.get(page.key)
    if (kept) return kept
    const { key, status, contentType } = page
    const drawn: DrawnPage = { status, contentType, body: Buffer.from(page.body()) }
    if (this.#pages.size >= MAX_PAGES || this.#bytes + drawn.body.length > MAX_BYTES) this.#forget()
    this.#pages.set(key, drawn)
    this.#bytes += drawn.body.length
    return drawn
  }

  paths(data: PageData): string[] {
    return this.#siteOf(data).paths()
  }

  #siteOf(data: PageData): Site {
    if (!this.#site || !this.#of || !sameState(this.#of, data)) {
      this.#of = data
      this.#site = this.#createSite(data)
      this.#forget()
    }
    return this.#site
  }

  #forget(): void {
    this.#pages.clear()
    this.#bytes = 0
  }
}

const minute = (data: PageData) => Math.floor(data.now / 60)

const sameState = (a: PageData, b: PageData): boolean =>
  a.map === b.map &&
  a.history === b.history &&
  a.incidents === b.incidents &&
  a.hub === b.hub &&
  a.isCopy === b.isCopy &&
  minute(a) === minute(b)

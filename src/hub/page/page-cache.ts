import type { PageData } from '../publish/page-data.ts'

/** Pages kept at once: the overview and the models that are looked at. */
const MAX_PAGES = 200

/**
 * Rendered pages of one state of the hub; forgotten when that changes, or the minute does (a page says how old its map
 * is). Who asks for a model that nothing is published of gets the overview: made-up names must neither cost a rendering
 * each nor put their words on the hub's page.
 */
export class PageCache {
  readonly #render: (data: PageData) => string
  readonly #pages = new Map<string | undefined, Buffer>()
  #of: PageData | undefined

  constructor(render: (data: PageData) => string) {
    this.#render = render
  }

  page(asked: PageData): Buffer {
    const data = asked.model === undefined || isPublished(asked, asked.model) ? asked : { ...asked, model: undefined }
    if (!this.#of || !sameState(this.#of, data)) {
      this.#of = data
      this.#pages.clear()
    }
    const kept = this.#pages.get(data.model)
    if (kept) return kept
    const page = Buffer.from(this.#render(data))
    if (this.#pages.size >= MAX_PAGES) this.#pages.clear()
    this.#pages.set(data.model, page)
    return page
  }
}

const isPublished = ({ map, history }: PageData, name: string): boolean =>
  [...(map?.cells ?? []), ...(history?.series ?? [])].some(({ model }) => model === name)

const minute = (data: PageData) => Math.floor(data.now / 60)

const sameState = (a: PageData, b: PageData): boolean =>
  a.map === b.map &&
  a.history === b.history &&
  a.incidents === b.incidents &&
  a.hub.name === b.hub.name &&
  minute(a) === minute(b)

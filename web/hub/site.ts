import type { Site, SitePage, SiteRedirect } from '../../src/hub/page/site.ts'
import type { PageData } from '../../src/hub/publish/page-data.ts'
import { atomFeed } from './atom.ts'
import { csvOf } from './csv.ts'
import { ATOM_PATH, CSV_PATH, INCIDENTS_PATH, incidentPath, modelPath, overviewPath, providerPath } from './links.ts'
import type { EndpointIndex } from './state/endpoint-index.ts'
import { overviewState, viewRows } from './state/overview.ts'
import { baseOf, type PageState, pageState } from './state/page-state.ts'
import { readView, writeView } from './state/view.ts'

const HTML = 'text/html; charset=utf-8'
const CSV = 'text/csv; charset=utf-8'
const ATOM = 'application/atom+xml; charset=utf-8'

/** Pages are drawn when they are asked for. */
export class HubSite implements Site {
  readonly #data: PageData
  readonly #index: EndpointIndex
  readonly #draw: (state: PageState) => string

  constructor(data: PageData, index: EndpointIndex, draw: (state: PageState) => string) {
    this.#data = data
    this.#index = index
    this.#draw = draw
  }

  page(path: string, query: URLSearchParams): SitePage | SiteRedirect {
    const view = writeView(readView(query, this.#index.facets))
    if (path === CSV_PATH) {
      const body = () => csvOf(viewRows(this.#index, this.#data, query))
      return { key: `${path}${view}`, status: 200, contentType: CSV, body }
    }
    if (path === ATOM_PATH)
      return { key: path, status: 200, contentType: ATOM, body: () => atomFeed(this.#data, this.#index) }
    const location = this.#elsewhere(path, query)
    return location === undefined ? this.#drawn(path, query, view) : { location }
  }

  paths(): string[] {
    const models = [...this.#index.models.keys()].map(modelPath)
    const providers = [...this.#index.providers.keys()].map(providerPath)
    const incidents = this.#data.incidents.map(({ id }) => incidentPath(id))
    return ['', INCIDENTS_PATH, ATOM_PATH, CSV_PATH, ...this.#parts(), ...models, ...providers, ...incidents]
  }

  /** Of the overview, after the first. */
  #parts(): string[] {
    const { pages } = overviewState(this.#index, this.#data, new URLSearchParams())
    return Array.from({ length: Math.max(0, pages - 1) }, (_, index) => overviewPath(index + 2))
  }

  /** Pages by the names of their files, models by a provider's own name of them, and by the address that they had. */
  #elsewhere(path: string, query: URLSearchParams): string | undefined {
    const bare = path.replace(/\.html$/, '')
    if (bare !== path && !this.#has(path) && this.#has(bare)) return `${baseOf(path)}${bare}`
    const asked = path === '' ? query.get('model') : path.startsWith('models/') ? decoded(path.slice(7)) : null
    if (asked === null || (path !== '' && this.#index.models.has(asked))) return undefined
    const name = this.#index.nameOf(asked)
    return name && `${baseOf(path)}${modelPath(name)}`
  }

  #drawn(path: string, query: URLSearchParams, view: string): SitePage {
    const compared = path === '' ? query.getAll('compare').flatMap((names) => names.split(',')) : []
    const known = compared.filter((name) => this.#index.get(name) ?? this.#index.nameOf(name)).slice(0, 10)
    const state = () => pageState(this.#index, this.#data, path, query)
    const body = () => this.#draw(state())
    if (compared.length > 0) return { key: `?compare=${known}`, status: 200, contentType: HTML, body }
    if (path === '') return { key: view, status: 200, contentType: HTML, body }
    if (!this.#has(path)) {
      // The same for all that are not there: what was asked for is not shown, and not kept.
      const depth = path.split('/').length
      return { key: `missing ${depth}`, status: 404, contentType: HTML, body }
    }
    return { key: path, status: 200, contentType: HTML, body }
  }

  #has(path: string): boolean {
    const [room, ...rest] = path.replace(/\/$/, '').split('/')
    const name = decoded(rest.join('/'))
    if (room === 'overview') return this.#parts().includes(path)
    if (room === 'models') return this.#index.models.has(name)
    if (room === 'providers') return this.#index.providers.has(name)
    return room === 'incidents' && (rest.length === 0 || this.#data.incidents.some(({ id }) => id === name))
  }
}

function decoded(path: string): string {
  try {
    return path
      .replace(/\/$/, '')
      .split('/')
      .map((segment) => decodeURIComponent(segment))
      .join('/')
  } catch {
    return path
  }
}

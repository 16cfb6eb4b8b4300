import type { HubInfo, HubMap, Incident } from '../../federation/protocol/types.ts'
import type { HubPage } from '../page/create-page.ts'
import { type HubState, OpenDocuments } from './documents.ts'
import type { PublicFile } from './file-tree.ts'
import type { PageData } from './page-data.ts'
import { robotsText } from './robots.ts'

/** One state of a hub, as far as it is published. */
export interface PublishedState extends Omit<HubState, 'info'> {
  /** The signed map. */
  readonly document: Buffer | undefined
  readonly map: HubMap | undefined
  /** Of 30 days, for the pages; `incidents` are those of the signed list. */
  readonly allIncidents: readonly Incident[]
  readonly info: Omit<HubInfo, 'time'>
  readonly url: string | undefined
  /** Unix seconds: what the pages take for now, and `v1/hub` says. */
  readonly time: number
}

const HTML = /^text\/html/

/** The files of a state, what others lead to before what leads there: assets, documents, pages. */
export function* siteFiles(state: PublishedState, page: HubPage): Generator<PublicFile> {
  const { document, history, info, time } = state
  for (const name of page.assets()) yield { path: `assets/${name}`, body: () => page.asset(name)!.body }
  yield { path: 'robots.txt', body: () => Buffer.from(robotsText(info.private)) }
  yield { path: 'v1/hub', body: () => json({ ...info, time }) }
  if (document) yield { path: 'v1/map', body: () => document }
  if (history) yield { path: 'v1/history.json', body: () => json(history) }
  const documents = new OpenDocuments(state)
  for (const path of documents.paths) {
    const found = documents.get(path)
    if (found) yield { path: fileOf(path), body: () => found.body }
  }
  yield* pageFiles(state, page)
}

function* pageFiles(state: PublishedState, page: HubPage): Generator<PublicFile> {
  const { info, url, map, history, allIncidents, facts, time } = state
  const { v: _, ...hub } = info
  const data: PageData = { hub, url, map, history, incidents: allIncidents, facts, now: time, isCopy: true }
  const none = new URLSearchParams()
  for (const path of page.paths(data)) {
    const drawn = page.page(data, path, none)
    if ('location' in drawn || drawn.status !== 200) continue
    const name = decodeURIComponent(path)
    yield {
      path: HTML.test(drawn.contentType) ? (name === '' ? 'index.html' : `${name}.html`) : name,
      body: () => drawn.body,
    }
  }
}

/** A list is in the folder that its entries are in. */
const fileOf = (path: string): string => (path === 'v1/models' ? 'v1/models/index.json' : path)

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))

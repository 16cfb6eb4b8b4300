import type { HubMap } from '../../../src/federation/protocol/types.ts'
import type { HubIdentity, PageData } from '../../../src/hub/publish/page-data.ts'
import type { EndpointIndex } from './endpoint-index.ts'
import { type IncidentView, incidentViews } from './incidents.ts'
import { type OverviewState, overviewState } from './overview.ts'
import {
  type CompareState,
  compareState,
  type IncidentState,
  type IncidentsState,
  incidentState,
  incidentsState,
  type ModelState,
  modelState,
  type ProviderState,
  providerState,
} from './pages.ts'

/**
 * What a page shows, ready to be drawn: made on the server, carried in the page as JSON, read again by the browser.
 */
export interface PageState {
  readonly hub: HubIdentity
  /** Undefined where only the reader's browser knows. */
  readonly url: string | undefined
  /** From this page to the first one: `./`, `../../`. */
  readonly base: string
  /** Undefined before the first map. */
  readonly map: MapFacts | undefined
  /** Incidents that are open now, on all pages. */
  readonly open: readonly IncidentView[]
  /** Unix seconds. */
  readonly now: number
  /** Of files: without what only a hub answers. */
  readonly isCopy: boolean
  readonly content: Content
}

export type Content =
  | OverviewState
  | ModelState
  | ProviderState
  | CompareState
  | IncidentsState
  | IncidentState
  | { readonly type: 'missing' }

export interface MapFacts {
  /** Unix seconds of the end of its last epoch: what happened later is not in it. */
  readonly until: number
  readonly members: number
}

/** A hub that was given no address knows the one that it listens on: no use to readers elsewhere. */
const LOOPBACK = /^https?:\/\/(127\.|localhost|\[::|0\.0\.0\.0)/

/** `path`: below the hub's address, `models/a/b`; '' is the overview. */
export function pageState(index: EndpointIndex, data: PageData, path: string, query: URLSearchParams): PageState {
  const { hub, url, map, incidents, now, isCopy = false } = data
  return {
    hub,
    url: url !== undefined && LOOPBACK.test(url) ? undefined : url,
    base: baseOf(path),
    map: map && mapFacts(map),
    open: incidentViews(
      incidents.filter(({ closed }) => closed === undefined),
      index,
    ),
    now,
    isCopy,
    content: contentOf(index, data, path, query),
  }
}

/** Relative, so that a hub may live under any path. */
export const baseOf = (path: string): string => '../'.repeat(path.split('/').length - 1) || './'

function contentOf(index: EndpointIndex, data: PageData, path: string, query: URLSearchParams): Content {
  const compared = query.getAll('compare').flatMap((names) => names.split(','))
  const [room, ...rest] = path.replace(/\/$/, '').split('/').map(decoded)
  const name = rest.join('/')
  if (room === '') return compared.length > 0 ? compareState(index, data, compared) : overviewState(index, data, query)
  if (room === 'overview') return overviewState(index, data, new URLSearchParams({ page: name }))
  if (room === 'models' && index.models.has(name)) return modelState(index, data, name)
  if (room === 'providers' && index.providers.has(name)) return providerState(index, data, name)
  if (room === 'incidents')
    return (rest.length === 0 ? incidentsState(index, data) : incidentState(index, data, name)) ?? { type: 'missing' }
  return { type: 'missing' }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

const mapFacts = (map: HubMap): MapFacts => ({ until: (map.epoch + 1) * map.epoch_seconds, members: map.members })

import type { HubMap } from '../../../src/federation/protocol/types.ts'
import type { PageData } from '../../../src/hub/publish/page-data.ts'
import { type CellRow, cellRows } from './cells.ts'
import { type EndpointRow, endpointRows } from './endpoints.ts'
import { type IncidentView, incidentViews } from './incidents.ts'
import { type PlotData, plotData } from './plot-data.ts'

/**
 * What the page shows, ready to be drawn: made on the server, carried in the page as JSON, read again by the browser.
 */
export interface PageState {
  readonly hub: PageData['hub']
  /** Undefined where only the reader's browser knows. */
  readonly url: string | undefined
  /** Undefined before the first map. */
  readonly map: MapFacts | undefined
  /** Endpoints: all of them, or those of `model`. */
  readonly endpoints: readonly EndpointRow[]
  readonly incidents: readonly IncidentView[]
  /** Unix seconds. */
  readonly now: number
  readonly model: ModelDetail | undefined
}

export interface MapFacts {
  /** Unix seconds of the end of its last epoch: what happened later is not in it. */
  readonly until: number
  readonly members: number
}

export interface ModelDetail {
  readonly name: string
  readonly cells: readonly CellRow[]
  readonly plots: PlotData | undefined
}

/** A hub that was given no address knows the one that it listens on: no use to readers elsewhere. */
const LOOPBACK = /^https?:\/\/(127\.|localhost|\[::|0\.0\.0\.0)/

export function pageState({ hub, url, map, history, incidents, now, model }: PageData): PageState {
  const endpoints = endpointRows(map?.cells ?? [], history, incidents)
  return {
    hub,
    url: url !== undefined && LOOPBACK.test(url) ? undefined : url,
    map: map && mapFacts(map),
    endpoints: model === undefined ? endpoints : endpoints.filter((row) => row.model === model),
    incidents: incidentViews(incidents, model),
    now,
    model:
      model === undefined
        ? undefined
        : { name: model, cells: cellRows(map?.cells ?? [], model), plots: plotData(history, model) },
  }
}

const mapFacts = (map: HubMap): MapFacts => ({ until: (map.epoch + 1) * map.epoch_seconds, members: map.members })

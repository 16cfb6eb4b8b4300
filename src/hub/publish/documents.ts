import type { HubInfo, HubMap, Incident } from '../../federation/protocol/types.ts'
import { cellViews } from '../../federation/protocol/view/cell-view.ts'
import { mapCsv } from '../../federation/protocol/view/map-csv.ts'
import { qualityViews } from '../../federation/protocol/view/quality-view.ts'
import type { HubFacts } from '../facts/facts.ts'
import type { History } from './page-data.ts'
import { mapJson } from './views/map-json.ts'
import { ModelEndpoints } from './views/model-endpoints.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

/** One state of a hub, as far as anybody may read it. */
export interface HubState {
  /** Undefined before the first. */
  readonly map: HubMap | undefined
  readonly history: History | undefined
  /** Open ones and past ones. */
  readonly incidents: readonly Incident[]
  readonly info: Omit<HubInfo, 'time'>
  readonly facts: HubFacts
}

export interface OpenDocument {
  readonly body: Buffer
  readonly contentType: string
}

/**
 * What a hub publishes for whoever knows nothing of signed documents: JSON and CSV, by path. The same from a running
 * hub and as files. Each is made when it is asked for.
 */
export class OpenDocuments {
  readonly #state: HubState
  #models: ModelEndpoints | undefined

  constructor(state: HubState) {
    this.#state = state
  }

  /** All paths, without a slash at the beginning. */
  get paths(): readonly string[] {
    return [...FIXED_PATHS, ...(this.models?.names ?? []).map((name) => `v1/models/${name}/endpoints`)]
  }

  /** Undefined where there is nothing. */
  get(path: string): OpenDocument | undefined {
    const fixed = Object.hasOwn(FIXED, path) ? FIXED[path] : undefined
    if (fixed) return fixed(this.#state, this)
    const name = /^v1\/models\/(.+)\/endpoints$/.exec(path)?.[1]
    const found = name === undefined ? undefined : this.models?.find(name)
    return found && json(found)
  }

  get models(): ModelEndpoints | undefined {
    const { map } = this.#state
    if (map) this.#models ??= new ModelEndpoints({ ...this.#state, map })
    return this.#models
  }
}

type Make = (state: HubState, documents: OpenDocuments) => OpenDocument | undefined

const FIXED: Readonly<Record<string, Make>> = {
  'v1/map.json': ({ map, info }) => map && json(mapJson(map, info)),
  'v1/map.csv': ({ map }) =>
    map && { body: Buffer.from(mapCsv(cellViews(map), qualityViews(map))), contentType: CSV_TYPE },
  'v1/models': (_, { models }) => models && json(models.list()),
  'v1/incidents.json': ({ incidents }) => json({ incidents }),
}

/** Those that every hub has, with its first map. */
export const FIXED_PATHS: readonly string[] = Object.keys(FIXED)

const json = (value: object): OpenDocument => ({ body: Buffer.from(JSON.stringify(value)), contentType: JSON_TYPE })

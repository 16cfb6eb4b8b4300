import type { Incident, MapCell, ProbeCell } from '../../../src/federation/protocol/types.ts'
import type { ModelFacts } from '../../../src/hub/facts/facts.ts'
import type { HistorySeries, PageData } from '../../../src/hub/publish/page-data.ts'

/** All that is known of a model at a provider. */
export interface Entry {
  /** `provider/model`. */
  readonly id: string
  readonly provider: string
  /** As the provider calls it. */
  readonly model: string
  /** As it is called whoever serves it: `author/slug`; the provider's name of it where the catalogue knows none. */
  readonly name: string
  /** Over all requests. */
  whole: MapCell | undefined
  /** By class, and by class and place. */
  readonly parts: MapCell[]
  /** What the hub measured itself. */
  readonly probes: ProbeCell[]
  /** Kinds of requests that it is known to answer: `chat`, `embedding`, ... */
  kinds: readonly string[]
  readonly facts: ModelFacts
  /** Members who have it configured and use others instead; 0: nobody says so. */
  passedOver: number
  /** Members who offer it, where nothing else is known of it; else 0. */
  offered: number
  series: HistorySeries | undefined
  /** Of the last 30 days. */
  readonly incidents: Incident[]
}

/** What can be asked for, as far as the map has it. */
export interface Facets {
  readonly providers: readonly string[]
  readonly kinds: readonly string[]
  readonly sizes: readonly string[]
  readonly regions: readonly string[]
  readonly continents: readonly string[]
}

const SIZES = ['lt1k', 'lt8k', 'lt64k', 'more']
const NO_FACTS: ModelFacts = {}

/** The map, its history, incidents and facts, by endpoint: made once for each map, for all pages. */
export class EndpointIndex {
  readonly #byId = new Map<string, Entry>()
  /** By name. Endpoints that left the map but not the history are in it. */
  readonly models: ReadonlyMap<string, readonly Entry[]>
  readonly providers: ReadonlyMap<string, readonly Entry[]>
  readonly facets: Facets

  constructor(data: Pick<PageData, 'map' | 'history' | 'incidents' | 'facts'>) {
    const { map, history, incidents, facts } = data
    for (const cell of map?.cells ?? []) this.#add(cell, facts)
    for (const cell of map?.probes ?? []) this.#entry(cell.provider, cell.model, facts).probes.push(cell)
    for (const { provider, model, members } of map?.passed_over ?? [])
      this.#entry(provider, model, facts).passedOver = members
    for (const { provider, model, members } of map?.offered ?? []) this.#entry(provider, model, facts).offered = members
    for (const series of history?.series ?? []) this.#entry(series.provider, series.model, facts).series = series
    for (const incident of incidents) this.get(`${incident.provider}/${incident.model}`)?.incidents.push(incident)
    for (const entry of this.#byId.values()) entry.kinds = kindsOf(entry)
    this.models = Map.groupBy(this.#byId.values(), ({ name }) => name)
    this.providers = Map.groupBy(this.#byId.values(), ({ provider }) => provider)
    this.facets = facetsOf([...this.#byId.values()])
  }

  get entries(): Iterable<Entry> {
    return this.#byId.values()
  }

  /** By `provider/model`. */
  get(id: string): Entry | undefined {
    return this.#byId.get(id)
  }

  /** Under any of a model's names: `author/slug`, or what a provider calls it. */
  nameOf(model: string): string | undefined {
    if (this.models.has(model)) return model
    for (const entry of this.#byId.values()) if (entry.model === model) return entry.name
    return undefined
  }

  #add(cell: MapCell, facts: PageData['facts']): void {
    if (cell.model === undefined) return
    const entry = this.#entry(cell.provider, cell.model, facts)
    if (cell.class === undefined) entry.whole = cell
    else entry.parts.push(cell)
  }

  #entry(provider: string, model: string, facts: PageData['facts']): Entry {
    const id = `${provider}/${model}`
    let entry = this.#byId.get(id)
    if (!entry) {
      const known = facts.model(provider, model) ?? NO_FACTS
      const name = known.canonical ?? model
      entry = {
        id,
        provider,
        model,
        name,
        whole: undefined,
        parts: [],
        probes: [],
        kinds: [],
        facts: known,
        passedOver: 0,
        offered: 0,
        series: undefined,
        incidents: [],
      }
      this.#byId.set(id, entry)
    }
    return entry
  }
}

/** Whether the map has anything of it. */
export const isInMap = (entry: Entry): boolean =>
  isReported(entry) || entry.probes.length > 0 || entry.passedOver + entry.offered > 0

/** Whether members reported on it. */
export const isReported = ({ whole, parts }: Entry): boolean => whole !== undefined || parts.length > 0

/** As its parts say; without any, as what it is published to give. */
function kindsOf({ parts, probes, facts }: Entry): readonly string[] {
  const seen = new Set([...parts, ...probes].map(({ class: workload }) => kindOf(workload!)))
  return seen.size > 0 ? [...seen] : (facts.outputModalities ?? []).map((output) => KINDS[output] ?? 'chat')
}

/** `chat` of `chat.lt1k.plain`. */
const kindOf = (workload: string): string => workload.slice(0, workload.indexOf('.'))

/** What OpenRouter's words for what comes out are called in classes. */
const KINDS: Readonly<Record<string, string>> = {
  embeddings: 'embedding',
  image: 'image',
  speech: 'speech',
  transcription: 'transcription',
  rerank: 'rerank',
}

function facetsOf(entries: readonly Entry[]): Facets {
  const providers = new Set<string>()
  const kinds = new Set<string>()
  const sizes = new Set<string>()
  const regions = new Set<string>()
  const continents = new Set<string>()
  for (const entry of entries) {
    if (!isInMap(entry)) continue
    providers.add(entry.provider)
    for (const { class: workload, region, continent } of [...entry.parts, ...entry.probes]) {
      const [kind = '', size = ''] = workload!.split('.')
      kinds.add(kind)
      sizes.add(size)
      if (region !== undefined && region !== '-') regions.add(region)
      if (continent !== undefined && continent !== '-') continents.add(continent)
    }
  }
  return {
    providers: [...providers].sort(),
    kinds: [...kinds].sort(),
    sizes: SIZES.filter((size) => sizes.has(size)),
    regions: [...regions].sort(),
    continents: [...continents].sort(),
  }
}

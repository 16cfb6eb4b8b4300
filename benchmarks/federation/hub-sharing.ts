import { AlarmQueue } from '../../src/federation/member/incidents/alarms.ts'
import { MAP_EVERY_MS } from '../../src/federation/member/map/map-keeper.ts'
import { MapPrior } from '../../src/federation/member/map/map-prior.ts'
import { MapValues } from '../../src/federation/member/map/map-values.ts'
import { PublicNames } from '../../src/federation/member/report/public-name.ts'
import { buildReport } from '../../src/federation/member/report/report.ts'
import { ReportBook } from '../../src/federation/member/report/report-book.ts'
import { endpointKey } from '../../src/federation/protocol/endpoint-key.ts'
import { epochAt } from '../../src/federation/protocol/epoch.ts'
import type { HubMap, MapCell, PublicModel } from '../../src/federation/protocol/types.ts'
import { VERSION } from '../../src/federation/protocol/version.ts'
import type { Continent } from '../../src/federation/protocol/words.ts'
import { dueAt } from '../../src/hub/aggregate/scheduler.ts'
import { agreementOf, type MemberAlarm } from '../../src/hub/incidents/agreement.ts'
import type { PriorSource } from '../../src/outcomes/beliefs/prior.ts'
import type { Outcome } from '../../src/outcomes/types.ts'
import type { Sharing } from '../../src/replay/world/run-world.ts'
import { WORLD_START } from '../../src/replay/world/start.ts'
import type { World, WorldSite } from '../../src/replay/world/types.ts'
import type { HealthChange } from '../../src/routing/health/health-change.ts'
import { type Coverage, endpointsIn } from './coverage.ts'
import { MemoryHub } from './memory-hub.ts'
import { type Probing, SimulatedProbes } from './simulated-probes.ts'

const EPOCH_S = 3_600
/** On a private hub what is learned flows every minute, and two members are enough for an incident. */
const PRIVATE = { epochS: 60, k: 1, incidentMembers: 2 } as const
const FIRST_MS = 3_600_000
/** What a probe found this long ago says nothing of now. */
const PROBE_FRESH_S = 300
/** How often an agent looks for an alarm that is due, and how late an incident reaches it at most. */
const TICK_MS = 5_000
/** A trusted member that complains has the hub look at once, for so long (src/hub/probes/suspects.ts). */
const SUSPECT_S = 180
/** Members of the simulation joined long ago: what is measured is the map, not how trust grows. */
const JOINED_S = WORLD_START / 1000 - 365 * 86_400
/** Public services that stand for the world's providers. */
const SERVICES = ['groq', 'together', 'fireworks', 'deepinfra', 'nvidia', 'huggingface', 'openrouter', 'cerebras']
const CONTINENTS: Readonly<Record<string, Continent>> = { 'eu-west': 'EU', 'us-east': 'NA', 'us-west': 'NA' }

export interface SharingOptions {
  readonly map: boolean
  readonly noise: boolean
  readonly incidents: boolean
  /** Enrolments that a published cell needs. */
  readonly k: number
  /** A private hub: whatever `k` says, one is enough. */
  readonly private?: boolean
  readonly probing?: Probing | undefined
}

interface Member {
  readonly book: ReportBook
  readonly prior: MapPrior
  readonly alarms: AlarmQueue
  readonly ejected: Set<string>
  readonly continent: Continent
  /** What it may send its requests to. */
  readonly groups: readonly (readonly PublicModel[])[]
  /** When it had its first request, Unix milliseconds. */
  startedAt: number | undefined
}

/**
 * What a hub does for the sites of a world, on its clock: every hour each site's report is built as it would be sent
 * and given to the hub's aggregation; the map comes an hour after the epoch ended (in truth after 36 minutes); alarms
 * and incidents take up to five seconds each way. Member and hub are the real code without the network and the
 * database.
 */
export class HubSharing implements Sharing {
  readonly #options: SharingOptions
  readonly #hub: MemoryHub
  readonly #probes: SimulatedProbes | undefined
  readonly #epochS: number
  readonly #incidentMembers: number
  readonly #ids: readonly string[]
  #coverage: Coverage
  readonly #members: ReadonlyMap<string, Member>
  readonly #alarms = new Map<string, Map<string, MemberAlarm>>()
  readonly #open = new Map<string, number>()
  #now = WORLD_START
  #nextTick = WORLD_START
  /** What was published before the first epoch was over. */
  #first: HubMap | undefined
  /** Made at the end of the last epoch, and the one before it, which members have. */
  #waiting: HubMap | undefined
  #held: HubMap | undefined

  constructor(world: World, options: SharingOptions) {
    this.#options = options
    this.#epochS = options.private ? PRIVATE.epochS : EPOCH_S
    const k = options.private ? PRIVATE.k : options.k
    this.#incidentMembers = options.private ? PRIVATE.incidentMembers : k
    this.#hub = new MemoryHub(k, this.#epochS)
    this.#ids = [...world.endpoints.keys()]
    this.#coverage = { endpoints: this.#ids.length, firstHour: 0, last: 0, withTimes: 0 }
    const names = publicNames(world)
    this.#probes = options.probing && new SimulatedProbes(options.probing, (id) => names.find(id)!)
    this.#members = new Map(world.sites.map((site) => [site.id, this.#member(site, names, world)]))
    for (const { id } of world.sites) this.#hub.join(id, JOINED_S)
    if (!options.private)
      for (const { book, continent } of this.#members.values())
        book.know(new MapValues(undefined, continent), this.#ids)
  }

  /** What the hub publishes, of the world's endpoints. */
  get coverage(): Coverage {
    return this.#coverage
  }

  /** Milliseconds. */
  get everyMs(): number {
    return this.#options.private ? 1000 * PRIVATE.epochS : this.#options.probing ? MAP_EVERY_MS : 1000 * EPOCH_S
  }

  priorOf(site: string): PriorSource {
    return this.#members.get(site)!.prior
  }

  learn(site: string, outcome: Outcome): void {
    this.#now = Math.max(this.#now, outcome.at)
    const member = this.#members.get(site)!
    member.startedAt ??= outcome.at
    member.book.learn(outcome)
    member.alarms.learn(outcome, outcome.at)
    for (; this.#nextTick <= this.#now; this.#nextTick += TICK_MS)
      if (this.#options.incidents) this.#tick(this.#nextTick)
  }

  refresh(now: number): void {
    this.#now = Math.max(this.#now, now)
    this.#probes?.advance(now)
    const probes = this.#probes?.cells(now)
    if (this.#options.map && (now - WORLD_START) % (1000 * this.#epochS) === 0) this.#share(now)
    // Within an epoch, too, the map has the newest probes.
    if (probes) this.#publish({ ...(this.#held ?? this.#mapOf(epochAt(now, this.#epochS) - 1, [])), probes })
    const { all, withTimes } = endpointsIn(this.#waiting, probes)
    this.#coverage = { ...this.#coverage, last: all.size, withTimes: withTimes.size }
    if (now - WORLD_START !== FIRST_MS) return
    const first = endpointsIn(this.#options.private ? this.#waiting : this.#first, probes)
    this.#coverage = { ...this.#coverage, firstHour: first.all.size }
  }

  /** The end of an epoch: the map of the one before comes, reports go, and the next map is made. */
  #share(now: number): void {
    this.#held = this.#waiting
    if (this.#held) this.#publish(this.#held)
    const epoch = epochAt(now, this.#epochS) - 1
    if (now - WORLD_START === 1000 * this.#epochS) this.#introduce(epoch - 1)
    for (const [site, { book, continent, prior, groups, startedAt }] of this.#members) {
      if (startedAt === undefined) continue
      book.end(epoch)
      const { noise } = this.#options
      const settings = { continent, noise, grids: false, exact: this.#options.private ?? false }
      const { report, spent } = buildReport(
        book.cells,
        epoch,
        book.noiseKey,
        settings,
        book.known,
        (cells) => book.reported.passedOver(groups, cells, epoch),
        undefined,
        book.offered.of(groups, epoch),
      )
      book.close(epoch, spent)
      book.reported.note(report.cells, epoch)
      if (report.offered) book.offered.note(report.offered, epoch)
      if (report.cells.length === 0 && !report.offered) continue
      this.#hub.take(site, report, epoch)
      const about = new Set(report.cells.map(endpointKey))
      prior.useReported((name) => about.has(endpointKey(name)))
    }
    this.#waiting = this.#mapOf(epoch, this.#hub.aggregate(epoch))
  }

  /** What members that are new say at once (`Reporter.introduce`): it is in the map that is made of the epoch before. */
  #introduce(epoch: number): void {
    const due = dueAt(epoch, this.#epochS)
    for (const [site, { book, continent, groups, startedAt }] of this.#members) {
      if (startedAt === undefined || startedAt > due) continue
      const offered = book.offered.of(groups, epoch)
      const report = { type: 'report', v: VERSION, epoch, continent, noise: true, cells: [], offered } as const
      this.#hub.take(site, report, epoch)
      book.offered.note(offered, epoch)
    }
    this.#first = this.#mapOf(epoch, this.#hub.aggregate(epoch))
  }

  #mapOf(epoch: number, cells: readonly MapCell[]): HubMap {
    const { k } = this.#hub
    const head = {
      type: 'map',
      v: VERSION,
      epoch,
      epoch_seconds: this.#epochS,
      k,
      members: this.#members.size,
    } as const
    return { ...head, cells, ...this.#hub.listed() }
  }

  #publish(map: HubMap): void {
    const values = this.#options.private ? undefined : new Map<Continent, MapValues>()
    for (const { prior, book, continent } of this.#members.values()) {
      prior.useMap(map)
      if (!values) continue
      const own = values.get(continent) ?? new MapValues(map, continent)
      values.set(continent, own)
      book.know(own, this.#ids)
    }
  }

  health(site: string, change: HealthChange, now: number): void {
    const { alarms, ejected } = this.#members.get(site)!
    if (change.state === 'open') ejected.add(change.endpoint)
    else ejected.delete(change.endpoint)
    alarms.note(change, now)
  }

  /** Alarms go up, incidents come down. */
  #tick(now: number): void {
    let changed = false
    for (const [site, member] of this.#members) {
      const word = member.alarms.next(now)
      if (!word) continue
      const alarms = this.#alarms.get(endpointKey(word.endpoint)) ?? new Map<string, MemberAlarm>()
      this.#alarms.set(endpointKey(word.endpoint), alarms)
      alarms.set(site, { cohort: site, state: word.state, receivedAt: now / 1000, trust: 1 })
      const isSuspect = [...alarms.values()].some(
        ({ state, receivedAt }) => state === 'failing' && receivedAt > now / 1000 - SUSPECT_S,
      )
      if (isSuspect) this.#probes?.hurry(word.endpoint, now)
    }
    this.#probes?.advance(now)
    const probed = new Map(this.#probes?.evidence().map(([name, evidence]) => [endpointKey(name), evidence]))
    for (const [key, alarms] of this.#alarms) {
      const probes = probed.get(key)
      const recent = probes && probes.at > now / 1000 - PROBE_FRESH_S ? { probes } : {}
      const said = [...alarms.values()]
      const { open } = agreementOf(said, this.#open.get(key), this.#incidentMembers, now / 1000, recent)
      if (open === this.#open.has(key)) continue
      changed = true
      if (open) this.#open.set(key, now / 1000)
      else this.#open.delete(key)
    }
    if (changed) for (const { prior } of this.#members.values()) prior.useIncidents(new Set(this.#open.keys()))
  }

  #member({ region, model }: WorldSite, names: PublicNames, world: World): Member {
    const continent = CONTINENTS[region] ?? '-'
    const ejected = new Set<string>()
    return {
      book: new ReportBook({ epochSeconds: this.#epochS, names, now: WORLD_START }),
      prior: new MapPrior({ publicName: names.find, continent, now: () => this.#now }),
      alarms: new AlarmQueue({ publicName: names.find, isEjected: (endpoint) => ejected.has(endpoint) }),
      ejected,
      continent,
      groups: [[...world.endpoints].filter(([, of]) => of.model === model).map(([id]) => names.find(id)!)],
      startedAt: undefined,
    }
  }
}

/**
 * The world's providers under the names of public services, as an operator would declare accounts behind a proxy of his
 * own.
 */
function publicNames(world: World): PublicNames {
  const ids = [...new Set([...world.endpoints.keys()].map((id) => id.slice(0, id.indexOf('/'))))]
  const declared = Object.fromEntries(ids.map((id, at) => [id, SERVICES[at]!]))
  const use = (id: string) => ({
    id,
    plugin: 'openai-compatible',
    options: { base_url: 'http://127.0.0.1:1/v1' },
    optional: false,
    place: {},
    placeOf: () => ({}),
  })
  return new PublicNames({
    providers: new Map(ids.map((id) => [id, use(id)])),
    federation: { providers: declared, models: [...world.endpoints.keys()] },
  })
}

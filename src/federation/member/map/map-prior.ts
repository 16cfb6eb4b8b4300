import { type Beta, KAPPA, type Prior, SUCCESS_PRIOR } from '../../../outcomes/beliefs/beliefs.ts'
import type { CellPrior, PriorSource } from '../../../outcomes/beliefs/prior.ts'
import { endpointKey } from '../../protocol/endpoint-key.ts'
import { MAP_FADE_S } from '../../protocol/limits.ts'
import type { Figure, HubMap, PublicEndpoint, PublicModel } from '../../protocol/types.ts'
import { minorOf } from '../../protocol/version.ts'
import { type CanonicalModelOptions, canonicalModels } from '../canonical-model.ts'
import { type Found, MapIndex } from './map-index.ts'
import { MapQuality } from './map-quality.ts'
import { type ProbedFigure, ProbeIndex } from './probe-index.ts'

/**
 * A map's figure is worth sigma^2 / tau^2 observations of one's own, the variance within a member over that between
 * members, kept between these.
 */
const MIN_KAPPA = 1
const MAX_KAPPA = 4
/** Observations have faded to less than this: as good as none. */
const FEWEST = 0.1
/**
 * Bounds of what the map's success is worth, in requests. With more, a router that meets an outage believes the map for
 * too long.
 */
const MIN_REQUESTS = 4
const MAX_REQUESTS = 8
/**
 * What an open incident is worth: the belief held before counts as 4 requests, the incident as 16 failed ones. Success
 * is then believed to be about 20 %, and a hundred successes of one's own in the last minutes bring it back to 85 %:
 * evidence, not an order.
 */
const INCIDENT_BASE = 4
const INCIDENT_FAILURES = 16

/**
 * Failures come in outages, so that requests asked one after the other say little of the next hours: of probes that
 * were answered so many count. Of those that failed half do where all did, which is no outage, and next to none where
 * most were answered: the outage is over, and while it lasts there is an incident. A hundredth of failures where it
 * takes half a minute until they show would keep a good endpoint from being used for hours.
 */
const CLUMPED = 0.05
const FAILING = 0.5
const FAILED_EXPONENT = 6

/** The fading is read off once a minute. */
const FRESH_MS = 60_000
/** (Endpoint, class) pairs whose prior is kept ready. */
const MAX_READY = 10_000

export interface MapPriorOptions extends CanonicalModelOptions {
  readonly continent: string
  /** What `stats.prior` says; it wins over the map, cell by cell. */
  readonly file?: PriorSource | undefined
  /** Seconds in which the map's times fade to nothing; its success does within a day. Default: a day. */
  readonly lastsS?: number
  /** Unix milliseconds. */
  readonly now?: () => number
}

/**
 * The map as what is believed of a cell before there is data of one's own. A figure is taken from the nearest cell that
 * has it (own continent, region and class; the class; the model; for success, the provider) and is worth
 *
 *     kappa = clip(sigma^2 / tau^2, 1, 4) / 2^steps * (1 - age / 24 h) * (1 - own share)
 *
 * observations. Own share: a weighted median cannot be un-averaged, so where this router has reported lately the figure
 * counts less by the most that one of its `members` may be, 1 / members. What is worth less than the router's own peers
 * (`KAPPA`) is left to them. Success is mixed in the same way with what is believed without a map, and not taken from a
 * private hub, where it may be of a single request; there a figure is worth 1 / (1 / 4 + 1 / n), n being the
 * observations behind it, whatever level it is found at. Lookups are ready-made; everything is replaced by the next
 * map, and nothing adds up.
 *
 * What the hub measured itself (`probes`) is put to members' figure by what each is worth: 4 observations from one's
 * own continent, 2 from another, fewer where they are few, fading in the same way.
 */
export class MapPrior implements PriorSource {
  /** What it says of how good models' answers are. */
  readonly quality: MapQuality
  revision = 0
  readonly #options: MapPriorOptions
  readonly #now: () => number
  #index: MapIndex | undefined
  #probes: ProbeIndex | undefined
  /** One member is enough for a figure: a private hub. */
  #isPrivate = false
  /** Undefined: the hub does not publish it. */
  #passedOver: ReadonlySet<string> | undefined
  #incidents: ReadonlySet<string> = new Set()
  #reported: (endpoint: PublicEndpoint) => boolean = () => false
  readonly #ready = new Map<string, Map<string, CellPrior | undefined>>()
  #count = 0
  #since = 0

  constructor(options: MapPriorOptions) {
    this.#options = options
    this.quality = new MapQuality(canonicalModels(options))
    this.#now = options.now ?? Date.now
  }

  find(endpoint: string, workloadClass: string): CellPrior | undefined {
    const now = this.#now()
    if (Math.abs(now - this.#since) > FRESH_MS) this.#clear(now)
    const classes = this.#ready.get(endpoint)
    const known = classes?.get(workloadClass)
    if (known !== undefined || classes?.has(workloadClass)) return known
    const prior = this.#compute(endpoint, workloadClass, now)
    if (this.#count >= MAX_READY) this.#clear(now)
    this.#count += 1
    this.#ready.set(endpoint, (this.#ready.get(endpoint) ?? new Map()).set(workloadClass, prior))
    return prior
  }

  /**
   * A public endpoint of whose times nothing is known, and which members of the hub have configured and do not use. A
   * hub of minor 0 publishes no such thing: there it is any of which the map has nothing. Of a private one nobody
   * knows.
   */
  isPassedOver(endpoint: string, workloadClass: string): boolean {
    const name = this.#index && this.#options.publicName(endpoint)
    if (!name || (this.#passedOver && !this.#passedOver.has(modelKey(name)))) return false
    const prior = this.find(endpoint, workloadClass)
    return !prior?.ttft && !prior?.total && !prior?.speed
  }

  /** Takes another map in place of the one before, or none. */
  useMap(map: HubMap | undefined): void {
    this.#index = map && new MapIndex(map)
    this.quality.useMap(map)
    this.#isPrivate = map?.k === 1
    this.#passedOver = map && minorOf(map) > 0 ? new Set(map.passed_over?.map(modelKey)) : undefined
    this.#probes = map?.probes && new ProbeIndex(map.probes)
    this.#replaced()
  }

  /** Takes the endpoints with open incidents, by `endpointKey`, in place of those before. */
  useIncidents(open: ReadonlySet<string>): void {
    this.#incidents = open
    this.#replaced()
  }

  /** Takes the endpoints that this router reported on within the last day. */
  useReported(reported: (endpoint: PublicEndpoint) => boolean): void {
    this.#reported = reported
    this.#replaced()
  }

  /** Whether the map itself says something about an endpoint in a class. */
  knows(endpoint: string, workloadClass: string): boolean {
    const name = this.#options.publicName(endpoint)
    return name !== undefined && this.#fromMap(name, workloadClass, this.#now()) !== undefined
  }

  #compute(endpoint: string, workloadClass: string, now: number): CellPrior | undefined {
    const name = this.#options.publicName(endpoint)
    const prior = this.#options.file?.find(endpoint, workloadClass) ?? (name && this.#fromMap(name, workloadClass, now))
    if (!name || !this.#incidents.has(endpointKey(name))) return prior
    return { ...prior, success: warned(prior?.success ?? SUCCESS_PRIOR), incident: true }
  }

  #fromMap(name: PublicEndpoint, workloadClass: string, now: number): CellPrior | undefined {
    if (!this.#index) return undefined
    const levels = this.#index.levels(name, this.#options.continent, workloadClass)
    const { lastsS = MAP_FADE_S } = this.#options
    const worth = (found: Found<unknown>, fadeS: number) => {
      const fading = 1 - Math.max(0, now - found.asOf) / (fadeS * 1000)
      return (
        Math.max(0, fading) *
        (this.#reported(name) ? 1 - 1 / found.members : 1) *
        (this.#isPrivate ? 1 : 0.5) ** found.steps
      )
    }
    const probed = this.#probes?.of(name, workloadClass)
    const [ttft, total, speed] = (['ttft', 'total', 'speed'] as const).map((part) => {
      const figure = this.#index?.figure(levels, part)
      return together(
        figure && normalOf(figure.value, worth(figure, lastsS)),
        probed?.figure(part, this.#options.continent, now, lastsS),
      )
    })
    // An outage that a few requests met is over long before a day has forgotten them; incidents are about now.
    const success = this.#isPrivate ? undefined : this.#index.success(levels)
    const beta = betaOf(success?.value, success ? worth(success, MAP_FADE_S) : 0, probed?.success(now))
    if (!ttft && !total && !speed && !beta) return undefined
    return { ...(ttft && { ttft }), ...(total && { total }), ...(speed && { speed }), ...(beta && { success: beta }) }
  }

  #replaced(): void {
    this.revision += 1
    this.#clear(this.#now())
  }

  #clear(now: number): void {
    this.#ready.clear()
    this.#count = 0
    this.#since = now
  }
}

const modelKey = ({ provider, model }: PublicModel): string => `${provider}\n${model}`

/**
 * Where the observations behind a figure are published it is worth no more than these: of one or two members nobody
 * knows how far members differ.
 */
function normalOf({ mean, tau2, sigma2, n }: Figure, worth: number): Prior {
  if (n !== undefined) return { mean, kappa: worth / (1 / MAX_KAPPA + 1 / Math.max(n, FEWEST)) }
  return { mean, kappa: worth * Math.min(MAX_KAPPA, Math.max(MIN_KAPPA, tau2 > 0 ? sigma2 / tau2 : MAX_KAPPA)) }
}

/** Members' figure and the probes', each counting as much as it is worth. */
function together(members: Prior | undefined, probes: ProbedFigure | undefined): Prior | undefined {
  const [own, measured] = [members?.kappa ?? 0, probes?.kappa ?? 0]
  if (own + measured <= KAPPA) return undefined
  const mean = (own * (members?.mean ?? 0) + measured * (probes?.mean ?? 0)) / (own + measured)
  const kappa = Math.min(MAX_KAPPA, own + measured)
  return own > 0 ? { mean, kappa } : { mean, kappa, from: 'probe' }
}

/**
 * Members' success, mixed with what is believed without a map by what it is worth; the probes' requests are added to
 * either, for no more requests in all than a stranger is given.
 */
function betaOf(members: Beta | undefined, worth: number, probes: Beta | undefined): Beta | undefined {
  if ((!members || worth === 0) && !probes) return undefined
  let { a, b }: { a: number; b: number } = SUCCESS_PRIOR
  if (members) {
    const requests = Math.min(MAX_REQUESTS, Math.max(MIN_REQUESTS, members.a + members.b))
    const p = members.a / (members.a + members.b)
    const share = worth * Math.min(1, (members.a + members.b) / MIN_REQUESTS)
    a = share * requests * p + (1 - share) * a
    b = share * requests * (1 - p) + (1 - share) * b
  }
  if (!probes) return { a, b }
  const failed = probes.b / (probes.a + probes.b)
  const answers = CLUMPED * probes.a
  const failures = FAILING * failed ** FAILED_EXPONENT * probes.b
  const scale = (a + b) / (a + b + answers + failures)
  return { a: scale * (a + answers), b: scale * (b + failures) }
}

function warned({ a, b }: Beta): Beta {
  const base = Math.min(INCIDENT_BASE, a + b)
  return { a: (base * a) / (a + b), b: (base * b) / (a + b) + INCIDENT_FAILURES }
}

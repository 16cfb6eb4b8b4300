import { type Beta, KAPPA, type Prior, SUCCESS_PRIOR } from '../../../outcomes/beliefs/beliefs.ts'
import type { CellPrior, PriorSource } from '../../../outcomes/beliefs/prior.ts'
import { MAP_FADE_S } from '../../protocol/limits.ts'
import type { Figure, HubMap, PublicEndpoint } from '../../protocol/types.ts'
import { type Found, MapIndex } from './map-index.ts'

/**
 * A map's figure is worth sigma^2 / tau^2 observations of one's own, the variance within a member over that between
 * members, kept between these.
 */
const MIN_KAPPA = 1
const MAX_KAPPA = 4
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

/** The fading is read off once a minute. */
const FRESH_MS = 60_000
/** (Endpoint, class) pairs whose prior is kept ready. */
const MAX_READY = 10_000

export interface MapPriorOptions {
  /** Public name of an endpoint by its id; undefined for what is private. */
  readonly publicName: (endpoint: string) => PublicEndpoint | undefined
  readonly continent: string
  /** What `stats.prior` says; it wins over the map, cell by cell. */
  readonly file?: PriorSource | undefined
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
 * (`KAPPA`) is left to them. Success is mixed in the same way with what is believed without a map. Lookups are
 * ready-made; everything is replaced by the next map, and nothing adds up.
 */
export class MapPrior implements PriorSource {
  readonly #options: MapPriorOptions
  readonly #now: () => number
  #index: MapIndex | undefined
  #incidents: ReadonlySet<string> = new Set()
  #reported: (endpoint: PublicEndpoint) => boolean = () => false
  readonly #ready = new Map<string, Map<string, CellPrior | undefined>>()
  #count = 0
  #since = 0

  constructor(options: MapPriorOptions) {
    this.#options = options
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
   * A public endpoint of whose times the map tells nothing, while it tells of others. Of a private one nobody could.
   */
  isPassedOver(endpoint: string, workloadClass: string): boolean {
    if (!this.#index || !this.#options.publicName(endpoint)) return false
    const prior = this.find(endpoint, workloadClass)
    return !prior?.ttft && !prior?.total && !prior?.speed
  }

  /** Takes another map in place of the one before, or none. */
  useMap(map: HubMap | undefined): void {
    this.#index = map && new MapIndex(map)
    this.#clear(this.#now())
  }

  /** Takes the endpoints with open incidents, by `incidentKey`, in place of those before. */
  useIncidents(open: ReadonlySet<string>): void {
    this.#incidents = open
    this.#clear(this.#now())
  }

  /** Takes the endpoints that this router reported on within the last day. */
  useReported(reported: (endpoint: PublicEndpoint) => boolean): void {
    this.#reported = reported
    this.#clear(this.#now())
  }

  /** Whether the map itself says something about an endpoint in a class. */
  knows(endpoint: string, workloadClass: string): boolean {
    const name = this.#options.publicName(endpoint)
    return name !== undefined && this.#fromMap(name, workloadClass, this.#now()) !== undefined
  }

  #compute(endpoint: string, workloadClass: string, now: number): CellPrior | undefined {
    const name = this.#options.publicName(endpoint)
    const prior = this.#options.file?.find(endpoint, workloadClass) ?? (name && this.#fromMap(name, workloadClass, now))
    if (!name || !this.#incidents.has(incidentKey(name))) return prior
    return { ...prior, success: warned(prior?.success ?? SUCCESS_PRIOR) }
  }

  #fromMap(name: PublicEndpoint, workloadClass: string, now: number): CellPrior | undefined {
    if (!this.#index) return undefined
    const levels = this.#index.levels(name, this.#options.continent, workloadClass)
    const worth = (found: Found<unknown>) => {
      const fading = 1 - Math.max(0, now - found.asOf) / (MAP_FADE_S * 1000)
      return Math.max(0, fading) * (this.#reported(name) ? 1 - 1 / found.members : 1) * 0.5 ** found.steps
    }
    const normal = (figure: Found<Figure> | undefined) => figure && normalOf(figure.value, worth(figure))
    const [ttft, total, speed] = (['ttft', 'total', 'speed'] as const).map((part) =>
      normal(this.#index?.figure(levels, part)),
    )
    const success = this.#index.success(levels)
    const beta = success && betaOf(success.value, worth(success))
    if (!ttft && !total && !speed && !beta) return undefined
    return { ...(ttft && { ttft }), ...(total && { total }), ...(speed && { speed }), ...(beta && { success: beta }) }
  }

  #clear(now: number): void {
    this.#ready.clear()
    this.#count = 0
    this.#since = now
  }
}

export const incidentKey = ({ provider, model, region }: PublicEndpoint): string => `${provider}\n${model}\n${region}`

function normalOf({ mean, tau2, sigma2 }: Figure, worth: number): Prior | undefined {
  const kappa = worth * Math.min(MAX_KAPPA, Math.max(MIN_KAPPA, tau2 > 0 ? sigma2 / tau2 : MAX_KAPPA))
  return kappa > KAPPA ? { mean, kappa } : undefined
}

function betaOf({ a, b }: Beta, worth: number): Beta | undefined {
  if (worth === 0) return undefined
  const requests = Math.min(MAX_REQUESTS, Math.max(MIN_REQUESTS, a + b))
  const p = a / (a + b)
  return {
    a: worth * requests * p + (1 - worth) * SUCCESS_PRIOR.a,
    b: worth * requests * (1 - p) + (1 - worth) * SUCCESS_PRIOR.b,
  }
}

function warned({ a, b }: Beta): Beta {
  const base = Math.min(INCIDENT_BASE, a + b)
  return { a: (base * a) / (a + b), b: (base * b) / (a + b) + INCIDENT_FAILURES }
}

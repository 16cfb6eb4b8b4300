import type { ModelQuality, QualityCounts } from './quality-types.ts'
import type { Continent, ReportKind } from './words.ts'
import type { Work } from './work.ts'

/**
 * Documents as they travel; docs/federation-protocol.md says each field's unit and bound, schema/ enforces them.
 * snake_case, as on the wire.
 */
export interface Head<Type extends string> {
  readonly type: Type
  /** `<major>.<minor>` of the writer. */
  readonly v: string
}

/** A provider's model, over all its regions. */
export interface PublicModel {
  readonly provider: string
  readonly model: string
}

/** The public endpoint that a cell is about. */
export interface PublicEndpoint {
  readonly provider: string
  readonly model: string
  /** The provider's region, `-` when it has none. */
  readonly region: string
}

/**
 * n observations of a log-normal quantity: mean and variance of the natural logarithm (of milliseconds or tokens per
 * second).
 */
export interface Moments {
  readonly n: number
  readonly mean: number
  readonly var: number
}

/** Filled buckets of the 64-bucket grid: [bucket, count], ascending. */
export type SparseGrid = readonly (readonly [bucket: number, count: number])[]

export interface ReportCell extends PublicEndpoint {
  readonly class: string
  /** Requests: at most 200, rounded to 5; with noise possibly off, never below 0. */
  readonly n: number
  /** Rounded to 5; with noise whole numbers that may be negative. Absent is 0. */
  readonly kinds: Readonly<Partial<Record<ReportKind, number>>>
  /** First token of streams, total time of whole answers (ms), and speed of streams (tokens/s; see docs). */
  readonly ttft?: Moments
  readonly total?: Moments
  readonly speed?: Moments
  /** Share of input tokens read from a prompt cache, 0 to 1, two digits. */
  readonly cache_hit?: number
  /** Effective price, USD per million tokens (input and output together), two significant digits. */
  readonly price?: number
  readonly grids?: { readonly ttft?: SparseGrid; readonly total?: SparseGrid; readonly speed?: SparseGrid }
}

export interface Report extends Head<'report'> {
  readonly epoch: number
  readonly continent: Continent
  /** Whether noise was added. */
  readonly noise: boolean
  readonly cells: readonly ReportCell[]
  /**
   * Offered, and in none of the member's reports of the last day, while these speak of the other endpoints that it
   * could use instead. Since minor 1.
   */
  readonly passed_over?: readonly PublicModel[]
  /** Since minor 2. */
  readonly quality?: readonly QualityCounts[]
  /** What the member's router offers, used or not: its configuration, and nothing of any request. Since minor 3. */
  readonly offered?: readonly PublicModel[]
}

/** "This endpoint is failing for me", "is back". */
export interface Alarm extends Head<'alarm'>, PublicEndpoint {
  readonly state: 'failing' | 'back'
  /** Unix minute, so that an old alarm cannot be sent again. */
  readonly minute: number
}

/** One request of a prober, as it went. */
export interface ProbeResult extends PublicEndpoint {
  readonly class: string
  /** Unix seconds when it ended. */
  readonly time: number
  readonly stream: boolean
  readonly kind: ReportKind
  /** Milliseconds. */
  readonly ttft?: number
  readonly total?: number
  /** As in a report. */
  readonly speed?: number
  /** USD per million tokens. */
  readonly price?: number
}

/** What a prober measured. Since minor 1. */
export interface ProbeResults extends Head<'probes'> {
  /** Rises with every document of a prober: the same again is taken once. */
  readonly seq: number
  readonly continent: Continent
  /** The prober's place, for people. */
  readonly place: string
  readonly results: readonly ProbeResult[]
}

export interface Enrolment extends Head<'enrolment'> {
  /** Or `work`. */
  readonly invite?: string
  /** Instead of an invite, where the hub takes members without (minor 1). */
  readonly work?: Work
  readonly continent: Continent
  /** The member knows that the hub is private, and agrees (minor 1). A private hub takes no other. */
  readonly private?: true
}

/** Signs what has no body: `authorization: Signed <base64url of the signed document>`. */
export interface SignedRequest extends Head<'request'> {
  readonly method: string
  /** With its query. */
  readonly path: string
  /** Unix seconds. */
  readonly time: number
}

/** A log-normal quantity over members: mean of log, variance between members, variance within a member. */
export interface Figure {
  readonly mean: number
  readonly tau2: number
  readonly sigma2: number
  /** Observations behind it: told by private hubs of k 1, where it may be a single one. Since minor 1. */
  readonly n?: number
}

/**
 * Absent dimensions are rolled up: without `class` over all classes, without `model` over all models of the provider.
 */
export interface MapCell {
  readonly provider: string
  readonly model?: string
  readonly region?: string
  readonly continent?: Continent
  readonly class?: string
  /** Epoch at whose end the figures last changed. */
  readonly as_of: number
  /** Enrolments behind it, as the lower bound of a bucket: 5, 10, 20, 50, 100, ... (or a hub's smaller k). */
  readonly members: number
  readonly ttft?: Figure
  readonly total?: Figure
  readonly speed?: Figure
  /** Beta moments of success over members. */
  readonly success?: { readonly a: number; readonly b: number }
  /** [p50, p95], ms and tokens per second. */
  readonly quantiles?: {
    readonly ttft?: readonly [number, number]
    readonly total?: readonly [number, number]
    readonly speed?: readonly [number, number]
  }
  readonly cache_hit?: number
  readonly price?: number
}

/**
 * What the hub's own requests to an endpoint came to, from the continent of its prober: no members' data, so it needs
 * no k and carries no noise. Since minor 1, apart from `cells`.
 */
export interface ProbeCell extends PublicEndpoint {
  readonly source: 'probe'
  /** Where the requests were sent from. */
  readonly continent: Continent
  readonly class: string
  /** Requests behind it, older ones counting less. */
  readonly n: number
  /** Unix seconds of the newest. */
  readonly time: number
  readonly ttft?: Moments
  readonly total?: Moments
  readonly speed?: Moments
  /** Requests that were answered and that failed by the provider's fault, older ones counting less. */
  readonly success?: { readonly a: number; readonly b: number }
  readonly quantiles?: MapCell['quantiles']
  readonly price?: number
}

/**
 * Members have it configured, and use others instead (`passed_over`, since minor 1); or members offer it, and nothing
 * else is known of it yet (`offered`, since minor 3). Apart from `cells`.
 */
export interface ListedModel extends PublicModel {
  /** Epoch at whose end that last changed. */
  readonly as_of: number
  /** As in a cell. */
  readonly members: number
}

export interface HubMap extends Head<'map'> {
  /** The last epoch whose reports are in it. */
  readonly epoch: number
  readonly epoch_seconds: number
  readonly k: number
  /** Enrolments that reported of late, bucketed as in cells. */
  readonly members: number
  readonly cells: readonly MapCell[]
  /** What the hub measured itself. */
  readonly probes?: readonly ProbeCell[]
  readonly passed_over?: readonly ListedModel[]
  readonly quality?: readonly ModelQuality[]
  readonly offered?: readonly ListedModel[]
}

export interface Incident extends PublicEndpoint {
  readonly id: string
  /** Unix minutes. */
  readonly opened: number
  readonly closed?: number
  /** Enrolments that agreed, bucketed. */
  readonly members: number
}

export interface Incidents extends Head<'incidents'> {
  /** Unix seconds. */
  readonly time: number
  /** Open ones, and those closed within the last day, newest first. */
  readonly incidents: readonly Incident[]
}

/** `GET /v1/hub`, not signed: what one reads before joining. The key is checked against the invite. */
export interface HubInfo {
  readonly v: string
  readonly name: string
  /** base64url of the raw Ed25519 public key. */
  readonly key: string
  readonly epoch_seconds: number
  readonly k: number
  /**
   * Its members trust each other (minor 1): k may be 1, reports are exact, and only who is a member or has the read key
   * may read it.
   */
  readonly private?: boolean
  /** It takes members without an invite (minor 1), who do work of so many zero bits. */
  readonly enrolment?: { readonly difficulty: number }
  /** How its key came after others (minor 1), oldest first: see `succession.ts`. */
  readonly succession?: readonly string[]
  /** Unix seconds at the hub. */
  readonly time: number
  /** Since v1.1: who runs it. */
  readonly operator?: string
  readonly contact?: string
  /** URL. */
  readonly terms?: string
  /** Of the published data. */
  readonly licence?: string
  readonly retention?: string
  /** URLs of other places that serve the same signed documents. */
  readonly mirrors?: readonly string[]
}

/** A member's say in one published figure: the figure with it and without it. */
export interface Influence {
  readonly cell: Omit<
    MapCell,
    'as_of' | 'members' | 'ttft' | 'total' | 'speed' | 'success' | 'quantiles' | 'cache_hit' | 'price'
  >
  /** `ttft.mean`, `success.p`, ... */
  readonly figure: string
  readonly published: number
  readonly without: number
  /** Own share of the weight, 0 to 0.35. */
  readonly share: number
}

/** Bounds that both sides keep; docs/federation-protocol.md gives the reasons. Sizes in bytes. */

/** A report's payload and envelope, uncompressed. 500 cells with grids stay below it. */
export const REPORT_BYTES = 1_048_576
/** What travels of it, gzip. */
export const REPORT_WIRE_BYTES = 262_144
/** Every other signed document that a member sends. */
export const SMALL_BYTES = 4_096
/** A map, uncompressed: what the hub writes and what a member reads at the most. */
export const MAP_BYTES = 1_000_000
/** A list of incidents. */
export const INCIDENT_BYTES = 262_144

/** What a prober sends at once: bytes, and requests in it. */
export const PROBE_BYTES = 131_072
export const PROBE_RESULTS = 200
/** Results are taken for so long. */
export const PROBE_MAX_AGE_S = 86_400

/** Cells in a report. */
export const REPORT_CELLS = 500
/** Models that a report calls passed over; and bytes of the map for what k members do. */
export const REPORT_PASSED_OVER = 500
export const PASSED_OVER_BYTES = 100_000
/** Models that a report says are offered; and bytes of the map for what k members offer and nothing else is known of. */
export const REPORT_OFFERED = 500
export const OFFERED_BYTES = 100_000
/** Models and kinds of work that a report says how good answers were of; and bytes of the map for them. */
export const REPORT_QUALITY = 500
export const QUALITY_BYTES = 100_000
/** Answers that such a count has to rest on; with noise. */
export const MIN_JUDGED_WITH_NOISE = 40
/** Requests that count of a cell in an epoch: no member outweighs another by sheer traffic. */
export const MAX_REQUESTS = 200
/** Counts are rounded to this. */
export const ROUNDING = 5
/**
 * Cells with fewer requests are not reported; in noise mode, fewer than `MIN_REQUESTS_WITH_NOISE`, or than
 * `MIN_REQUESTS_CLIPPED` where a public value is known to clip around.
 */
export const MIN_REQUESTS = 5
export const MIN_REQUESTS_WITH_NOISE = 50
export const MIN_REQUESTS_CLIPPED = 14
/** How far an observation may be from the public value, on the logarithm: a factor of 4.5. */
export const CLIP = 1.5
/** A grid is sent from this many requests on. */
export const MIN_REQUESTS_FOR_GRID = 200

/**
 * Bounds of log-means (natural log of milliseconds: 10 ms to 600 s; of tokens per second: 0.1 to 6,000) and of
 * log-variances.
 */
export const LOG_TIME = { min: Math.log(10), max: Math.log(600_000) } as const
export const LOG_SPEED = { min: Math.log(0.1), max: Math.log(6_000) } as const
export const MAX_LOG_VARIANCE = 4

/** Reports are taken for epochs that ended at most this long ago. */
export const REPORT_MAX_AGE_S = 86_400
/** A signed request (influence, leave) is good for this long, both ways. */
export const REQUEST_MAX_SKEW_S = 300
/** A prior taken from the map fades to nothing over this time since the map's epoch ended. */
export const MAP_FADE_S = 86_400
/** The same for the times of a map that is a file, a seed: how quick an endpoint is changes over weeks. */
export const SEED_FADE_S = 30 * 86_400
/** A hub may not ask for epochs shorter than this; an hour unless the member agreed to less when it joined. */
export const MIN_EPOCH_S = 2
export const USUAL_EPOCH_S = 3_600
/** Epochs of a private hub, unless it says otherwise. */
export const USUAL_PRIVATE_EPOCH_S = 60
/** Members, from different enrolments, that a published cell needs by default; and the least a hub may be set to. */
export const K = 5
export const MIN_K = 2
/** The least of a private hub, whose members have no secrets from each other: what one reports all may read. */
export const MIN_PRIVATE_K = 1
/** Leading zero bits of the work of who joins without an invite, and the most that a member does. */
export const WORK_BITS = 20
export const MAX_WORK_BITS = 26
/** Characters of an invite code. */
export const MAX_INVITE_LENGTH = 100

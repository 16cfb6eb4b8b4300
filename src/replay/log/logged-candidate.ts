import type { Belief, Candidate, CandidateRecord, Endpoint, RecentOutcome } from '../../plugins/api.ts'

/** `lastPicked` is the memory of whoever is asked. */
export type LoggedCandidate = Omit<Candidate, 'lastPicked'> & { lastPicked: number }

/** What is believed of structured answers where there were none. */
const NO_STRUCTURED = { a: 3.9, b: 0.1 }

/** A strategy asked for something that the decision log does not hold. */
export class NotLogged {
  readonly field: string

  constructor(field: string) {
    this.field = field
  }
}

/**
 * The candidate as it was when it was ranked, from its record. Reading anything that was not logged throws `NotLogged`:
 * a strategy that ranks by it cannot be evaluated, and must not silently rank by something else. Whom the strategy of
 * the log picked last is not what another one would remember: `lastPicked` is 0 until the strategy that is asked has
 * picked (`Target`). `recent`: its latest outcomes then, from the log. Undefined when the record has no beliefs at all.
 */
export function loggedCandidate(
  record: CandidateRecord,
  recent: readonly RecentOutcome[],
): LoggedCandidate | undefined {
  const {
    ttftMs,
    tokensPerSecond,
    success,
    priceUsd,
    ttftSd,
    speedSd,
    speedN,
    speedFrom,
    ttftFrom = 'cell',
    position,
    weight = 1,
  } = record
  if (![ttftMs, tokensPerSecond, success].every((value) => Number.isFinite(value))) return undefined
  const known: { [Key in keyof Candidate]?: Candidate[Key] | undefined } = {
    endpoint: strict<Endpoint>('endpoint', endpointOf(record.endpoint, weight)),
    ttft: strict<Belief>('ttft', { ...beliefOf(ttftMs, ttftSd), from: ttftFrom }),
    speed: strict<Belief>('speed', {
      ...beliefOf(tokensPerSecond, speedSd),
      ...(speedN !== undefined && { n: speedN }),
      ...(speedFrom && { from: speedFrom }),
    }),
    // Only their ratio is logged.
    success: { a: success, b: 1 - success },
    estimatedPrice: priceUsd,
    lastPicked: 0,
    recent,
  }
  // Since this is logged, what is left out below is nothing special.
  if (ttftSd !== undefined) {
    const {
      stall = 1,
      inFlight = 0,
      cap = Number.POSITIVE_INFINITY,
      outage = false,
      buffered,
      detectMs,
      limited = 0,
      lengthRatio = 1,
    } = record
    Object.assign(known, { stall, inFlight, cap, outage, buffered, detectMs, limited, lengthRatio })
  }
  if (speedN !== undefined) {
    const { validA: a, validB: b, used } = record
    Object.assign(known, { used, valid: a === undefined || b === undefined ? NO_STRUCTURED : { a, b } })
  }
  if (position !== undefined) Object.assign(known, { position })
  return strict<LoggedCandidate>('candidate', known as LoggedCandidate)
}

function endpointOf(id: string, weight: number): Partial<Endpoint> {
  const slash = id.indexOf('/')
  const at = id.lastIndexOf('@')
  const end = at > slash ? at : id.length
  return {
    id,
    provider: slash < 0 ? id : id.slice(0, slash),
    model: id.slice(slash + 1, end),
    ...(at > slash && { region: id.slice(at + 1) }),
    weight,
  }
}

const beliefOf = (median: number, sd: number | undefined): Partial<Belief> => ({
  mean: Math.log(median),
  ...(sd !== undefined && { sd }),
})

/** An object that answers only for what it has, as if it had all of T. */
export function strict<T extends object>(name: string, known: { readonly [Key in keyof T]?: T[Key] | undefined }): T {
  return new Proxy(known as T, {
    get(target, key) {
      if (key in target || typeof key === 'symbol') return Reflect.get(target, key)
      throw new NotLogged(`${name}.${key}`)
    },
    ownKeys() {
      throw new NotLogged(`every field of ${name}`)
    },
  })
}

import type { Candidate, Endpoint, PreparedRanking, Ranked, RouteRequest } from '../api.ts'
import { CostTerms, crowdOf, type Objective, slownessOf } from './expected-cost.ts'
import { drawNormals, smallestChances } from './normal.ts'

export interface CostOptions {
  readonly value_of_time: number
  readonly objective: Objective
  readonly exploration: number
}

/**
 * Share of the posterior's sd that is drawn with: plain Thompson sampling explores too much where endpoints are few and
 * differ a lot.
 */
const DRAWN_SHARE = 0.1
/** An endpoint without an answer of its own is taken to be better by this share: it may be, and one answer says. */
const HOPE = 0.4
/** Costs nearer than this are alike: without it two candidates that are known exactly would be ordered by rounding. */
const MIN_SD = 1e-4

/** Loads that draws are kept ready for: busy endpoints are now below and now above a power of two. */
const MAX_BASES = 16

/** What draws are made from, by endpoint id, while loads are the same. Nothing of it changes. */
interface Basis {
  /** By candidate, as they are given: how crowded it is, and how slow. */
  readonly loads: readonly number[]
  /** USD; see `Costs`. */
  readonly risks: readonly number[]
  /** Of the logarithm of each cost. */
  readonly means: readonly number[]
  readonly sds: readonly number[]
  /** Those with a chance of being explored. */
  readonly open: readonly number[]
  readonly ranked: readonly Ranked[]
}

/** `adaptive` for one kind of request and one set of candidates. */
export class CostRanking implements PreparedRanking {
  readonly #request: RouteRequest
  readonly #options: CostOptions
  /** Chance of each open candidate to be explored. */
  readonly #exploration: number
  /** Where the candidates stand in what is given, by endpoint id: draws are dealt out in this order. */
  readonly #places: readonly number[]
  readonly #bases: Basis[] = []
  /** Of those: the one that was drawn from last, and the one that is to go next. */
  #latest = 0
  #oldest = 0

  constructor(request: RouteRequest, candidates: readonly Candidate[], options: CostOptions) {
    this.#request = request
    this.#options = options
    this.#exploration = request.sticky === undefined && candidates.length > 1 ? options.exploration : 0
    this.#places = placesById(candidates)
  }

  draw(candidates: readonly Candidate[], random: () => number): readonly Ranked[] {
    const basis = this.#basisFor(candidates)
    const { means, sds, open, risks } = basis
    const count = means.length
    const keys = keysFor(count)
    drawNormals(keys, count, random)
    for (let index = 0; index < count; index++) keys[index] = means[index]! + sds[index]! * keys[index]!
    const order = indices(count)
    sortBy(order, keys, 0)
    if (this.#exploration > 0) bringToFront(order, explored(open, this.#exploration, random))
    if (count > 2) {
      // Behind the first, whoever is asked has to answer: what was drawn, and the risk that it does not.
      for (let index = 0; index < count; index++) keys[index] = Math.exp(keys[index]!) + risks[index]!
      sortBy(order, keys, 1)
    }
    const ranked = new Array<Ranked>(count)
    for (let place = 0; place < count; place++) ranked[place] = basis.ranked[order[place]!]!
    return ranked
  }

  #basisFor(candidates: readonly Candidate[]): Basis {
    const loads = loadsFor(candidates)
    const bases = this.#bases
    for (let back = 0; back < bases.length; back++) {
      const at = (this.#latest + back) % bases.length
      if (!areSame(bases[at]!.loads, loads)) continue
      this.#latest = at
      return bases[at]!
    }
    const basis = this.#basisOf(candidates, loads)
    this.#latest = bases.length < MAX_BASES ? bases.length : this.#oldest++ % MAX_BASES
    bases[this.#latest] = basis
    return basis
  }

  #basisOf(candidates: readonly Candidate[], now: Float64Array): Basis {
    const places = this.#places
    const count = places.length
    const sorted = new Array<Candidate>(count)
    for (let index = 0; index < count; index++) sorted[index] = candidates[places[index]!]!
    const { objective, value_of_time } = this.#options
    const terms = new CostTerms(this.#request, objective, this.#request.valueOfTime ?? value_of_time, sorted)
    // Not typed arrays: those of more than eight numbers are made outside of the heap, which takes longer than all of
    // this.
    const loads = new Array<number>(2 * count)
    for (let index = 0; index < loads.length; index++) loads[index] = now[index]!
    const ranked = new Array<CostRanked>(count)
    const risks = new Array<number>(count)
    const means = new Array<number>(count)
    const sds = new Array<number>(count)
    const open: number[] = []
    for (let index = 0; index < count; index++) {
      const candidate = sorted[index]!
      const slow = loads[2 * places[index]! + 1]!
      const { cost, spread, risk } = terms.of(candidate, slow, loads[2 * places[index]!]!)
      ranked[index] = new CostRanked(candidate, terms, cost, slow)
      risks[index] = risk
      means[index] = Math.log(cost) - (isUntried(candidate) ? HOPE * spread : 0)
      sds[index] = Math.max(MIN_SD, DRAWN_SHARE * spread)
      if (!candidate.outage) open.push(index)
    }
    const chances = smallestChances(means, sds)
    mixIn(chances, open, this.#exploration)
    for (let index = 0; index < count; index++) ranked[index]!.propensity = chances[index]!
    return { loads, risks, means, sds, open, ranked }
  }
}

/** Nobody has answered for it: not it, and no map. One that is being tried is not tried again meanwhile. */
const isUntried = ({ ttft: { from }, inFlight }: Candidate) =>
  (from === 'peers' || from === 'global') && !(inFlight > 0)

/** Whose word a time is; one's own and that of one's other endpoints go without saying. */
const SOURCES: Readonly<Partial<Record<Candidate['ttft']['from'], string>>> = {
  map: ' by the map',
  probe: " by the hub's probes",
}

/** Of structured answers: said from here on down. */
const ILL_FORMED = 0.99
/** Answers so many times slower than usual are worth a word. */
const SLOW_LATELY = 1.2
/** As long as those of its peers: below, it costs. */
const SHORT = 1 / 3

class CostRanked implements Ranked {
  readonly endpoint: Endpoint
  readonly score: number
  /** Set once all have been looked at. */
  propensity = 0.5
  readonly #candidate: Candidate
  readonly #terms: CostTerms
  /** When it was ranked; all else of the candidate that is put into words stays as it was. */
  readonly #slow: number

  constructor(candidate: Candidate, terms: CostTerms, score: number, slow: number) {
    this.endpoint = candidate.endpoint
    this.score = score
    this.#candidate = candidate
    this.#terms = terms
    this.#slow = slow
  }

  get why(): string {
    const { timeMs, success, valid, price, slow } = this.#terms.of(this.#candidate, this.#slow, 1)
    const { lately = 1, wakingMs = 0, lengthRatio = 1, incident } = this.#candidate
    const money = price === undefined ? 'price unknown' : `$${Math.round(price * 1e7) / 1e7}`
    const source = SOURCES[this.#candidate.ttft.from] ?? ''
    const guess = this.#candidate.ttft.from === 'unused' ? 'others do not use it: guessed ' : ''
    const now = slow > 1.05 ? `, ${Math.round(10 * slow) / 10}x slower than usual` : ''
    const past = lately > SLOW_LATELY ? ', slow of late' : ''
    const asleep = wakingMs > 0 ? `, asleep, wakes in about ${seconds(wakingMs)} s` : ''
    const causes = [
      ...(incident ? ['others report an incident'] : []),
      ...(valid < ILL_FORMED ? [`${percent(valid)} % of structured answers well-formed`] : []),
      ...(lengthRatio < SHORT ? [`answers ${shareOf(lengthRatio)} as long as its peers'`] : []),
    ]
    const because = causes.length > 0 ? ` (${causes.join(', ')})` : ''
    return `${guess}${Math.round(timeMs)} ms${source}${now}${past}${asleep}, ${percent(success)} % succeed${because}, ${money}`
  }
}

const percent = (share: number) => Math.round(1000 * share) / 10

const seconds = (ms: number) => (ms < 9500 ? Math.round(ms / 100) / 10 : Math.round(ms / 1000))

const PARTS = ['a third', 'a quarter', 'a fifth', 'a sixth', 'a seventh', 'an eighth', 'a ninth', 'a tenth']

/** In words as far as there are everyday ones. */
const shareOf = (ratio: number) => PARTS[Math.round(1 / ratio) - 3] ?? `${percent(ratio)} %`

/** All of those open are explored together with this chance. */
const totalOf = (open: readonly number[], share: number) => Math.min(1, share * open.length)

/** Makes the chances those of a draw that explores. */
function mixIn(chances: number[], open: readonly number[], share: number): void {
  const total = totalOf(open, share)
  if (total === 0) return
  for (let index = 0; index < chances.length; index++) chances[index]! *= 1 - total
  for (let at = 0; at < open.length; at++) chances[open[at]!]! += total / open.length
}

/** One of those open, all alike, with a chance of `share` for each. */
function explored(open: readonly number[], share: number, random: () => number): number | undefined {
  return random() < totalOf(open, share) ? open[Math.floor(random() * open.length)] : undefined
}

function bringToFront(order: number[], index: number | undefined): void {
  if (index === undefined) return
  for (let place = order.indexOf(index); place > 0; place--) order[place] = order[place - 1]!
  order[0] = index
}

function placesById(candidates: readonly Candidate[]): number[] {
  const places = indices(candidates.length)
  for (let at = 1; at < candidates.length; at++) {
    if (candidates[at - 1]!.endpoint.id <= candidates[at]!.endpoint.id) continue
    return places.sort((a, b) => (candidates[a]!.endpoint.id < candidates[b]!.endpoint.id ? -1 : 1))
  }
  return places
}

function indices(count: number): number[] {
  const all = new Array<number>(count)
  for (let index = 0; index < count; index++) all[index] = index
  return all
}

/** From here on inserting takes longer than a sort that needs a closure. */
const FEW = 32

/** Sorts what stands from `start` on by its key, smallest first. */
function sortBy(order: number[], keys: Float64Array, start: number): void {
  if (order.length > FEW) {
    const rest = order.slice(start).sort((a, b) => keys[a]! - keys[b]!)
    for (let at = 0; at < rest.length; at++) order[start + at] = rest[at]!
    return
  }
  for (let at = start + 1; at < order.length; at++) {
    const index = order[at]!
    let place = at
    for (; place > start && keys[order[place - 1]!]! > keys[index]!; place--) order[place] = order[place - 1]!
    order[place] = index
  }
}

/** One for all draws, which are synchronous. */
let scratch = new Float64Array(64)

function keysFor(count: number): Float64Array {
  if (scratch.length <= count) scratch = new Float64Array(2 * count)
  return scratch
}

/** Likewise. */
let loadScratch = new Float64Array(64)

/** By candidate: how crowded it is, and how slow. */
function loadsFor(candidates: readonly Candidate[]): Float64Array {
  if (loadScratch.length < 2 * candidates.length) loadScratch = new Float64Array(4 * candidates.length)
  for (let index = 0; index < candidates.length; index++) {
    loadScratch[2 * index] = crowdOf(candidates[index]!)
    loadScratch[2 * index + 1] = slownessOf(candidates[index]!)
  }
  return loadScratch
}

function areSame(loads: readonly number[], others: Float64Array): boolean {
  for (let index = 0; index < loads.length; index++) if (loads[index] !== others[index]) return false
  return true
}

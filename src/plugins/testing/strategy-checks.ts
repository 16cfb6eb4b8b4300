import assert from 'node:assert/strict'
import type { Candidate, Endpoint, Ranked, RoutingStrategy } from '../api.ts'
import { belief, candidate, nonsense, REQUEST, scenarios } from './candidates.ts'
import { type Check, deepFreeze, seeded } from './check.ts'

/** Something that a strategy may look at when it ranks. */
export type Quantity =
  | 'price'
  | 'ttft'
  | 'speed'
  | 'success'
  | 'stall'
  | 'in_flight'
  | 'cap'
  | 'outage'
  | 'weight'
  | 'position'
  | 'last_picked'

/** For each quantity a candidate and one that is far worse in that alone. */
const WORSE: Readonly<Record<Quantity, (name: string, worse: boolean) => Candidate>> = {
  price: (name, worse) => candidate(name, { estimatedPrice: worse ? 0.1 : 0.001 }),
  ttft: (name, worse) => candidate(name, { ttft: belief(worse ? 50_000 : 500) }),
  speed: (name, worse) => candidate(name, { speed: belief(worse ? 0.6 : 60) }),
  success: (name, worse) => candidate(name, { success: worse ? { a: 5, b: 95 } : { a: 95, b: 5 } }),
  stall: (name, worse) => candidate(name, { stall: worse ? 50 : 1 }),
  in_flight: (name, worse) => candidate(name, { inFlight: worse ? 9 : 1 }),
  cap: (name, worse) => candidate(name, { inFlight: 20, cap: worse ? 4 : 400 }),
  outage: (name, worse) => candidate(name, { outage: worse }),
  weight: (name, worse) => candidate(name, { weight: worse ? 1 : 10 }),
  position: (name, worse) => candidate(name, { position: worse ? 7 : 2 }),
  last_picked: (name, worse) => candidate(name, { lastPicked: worse ? 9 : 4 }),
}

const DRAWS = 4000

/**
 * `ranksBy`: what the strategy claims to look at; for each, the candidate that is worse in that alone must come first
 * less often.
 */
export function strategyChecks(
  create: () => RoutingStrategy | Promise<RoutingStrategy>,
  { ranksBy = [] }: { readonly ranksBy?: readonly Quantity[] } = {},
): Check[] {
  const check = (name: string, run: (rank: Rank) => void): Check => ({
    name,
    async run() {
      const strategy = await create()
      run((candidates, seed = 1) =>
        strategy.rank(REQUEST, candidates, { random: seeded(seed), now: 1_700_000_000_000 }),
      )
    },
  })
  return [
    check('no candidates, no ranking', (rank) => assert.deepEqual([...rank([])], [])),
    check('a single candidate has propensity 1', (rank) => {
      const [only] = rank(deepFreeze([candidate('only')]))
      assert.equal(only?.propensity, 1)
    }),
    check('ranks every candidate exactly once, with the endpoint object it was given', (rank) => everyOnce(rank)),
    check('scores and propensities are finite, propensities within [0, 1] and sum to 1', (rank) => {
      for (const candidates of scenarios()) sound(rank(candidates), candidates)
    }),
    check('the same holds whatever the numbers: NaN, infinite, negative, extreme', (rank) => {
      const odd = nonsense()
      for (let seed = 1; seed <= 20; seed += 1) sound(rank(odd, seed), odd)
      for (const one of odd) sound(rank([one, candidate('sane')]), [one, candidate('sane')])
    }),
    preparedCheck(create),
    check('says why', (rank) => {
      for (const { why } of rank(scenarios()[4]!)) assert.ok(typeof why === 'string' && why !== '', 'why is empty')
    }),
    check('the same seed gives the same result, whatever was ranked in between', (rank) => {
      for (const candidates of scenarios()) {
        const before = rank(candidates, 5)
        rank(scenarios()[3]!, 9)
        assert.deepEqual(rank(candidates, 5), before)
      }
    }),
    check('leaves its input as it was', (rank) => {
      // The candidates of every check are frozen: a write throws.
      for (const candidates of scenarios()) assert.doesNotThrow(() => rank(candidates))
    }),
    check('the order of the candidates does not matter', (rank) => orderFree(rank)),
    check('the propensity is the probability of coming first', (rank) => truePropensity(rank)),
    ...ranksBy.map((quantity) =>
      check(`a candidate worse in ${quantity} alone comes first less often`, (rank) => dominated(rank, quantity)),
    ),
  ]
}

/** Of one that prepares: a draw is what `rank` gives, also when what was prepared is busier by now. */
function preparedCheck(create: () => RoutingStrategy | Promise<RoutingStrategy>): Check {
  const read = ({ endpoint, score, propensity, why }: Ranked) => ({ id: endpoint.id, score, propensity, why })
  return {
    name: 'what is drawn from a prepared ranking is what rank() gives, whatever the load has become',
    async run() {
      const strategy = await create()
      for (const candidates of scenarios()) {
        const prepared = strategy.prepare?.(REQUEST, candidates)
        const busier = deepFreeze(
          candidates.map((one, at) => ({
            ...one,
            inFlight: one.inFlight + at,
            cap: 3,
            stall: one.stall + at,
            lastPicked: one.lastPicked + 2 * at,
          })),
        )
        for (const now of [candidates, busier, candidates]) {
          const drawn = prepared?.draw(now, seeded(5))
          const ranked = strategy.rank(REQUEST, now, { random: seeded(5), now: 1_700_000_000_000 })
          if (drawn) assert.deepEqual(drawn.map(read), ranked.map(read))
        }
        // A router may also change the load of the very candidates that it prepared with.
        const live = candidates.map((one) => ({ ...one }))
        const preparedLive = strategy.prepare?.(REQUEST, live)
        for (const now of [candidates, busier, candidates]) {
          for (const [at, { inFlight, cap, stall, lastPicked }] of now.entries())
            Object.assign(live[at]!, { inFlight, cap, stall, lastPicked })
          const drawn = preparedLive?.draw(live, seeded(5)).map(read)
          const ranked = strategy.rank(REQUEST, now, { random: seeded(5), now: 1_700_000_000_000 })
          if (drawn) assert.deepEqual(drawn, ranked.map(read))
        }
      }
    },
  }
}

type Rank = (candidates: readonly Candidate[], seed?: number) => readonly Ranked[]

function everyOnce(rank: Rank): void {
  for (const candidates of scenarios()) {
    const ranked = rank(candidates)
    assert.ok(Array.isArray(ranked), 'rank() must return an array, not a promise')
    assert.equal(ranked.length, candidates.length)
    assert.deepEqual(
      new Set(ranked.map(({ endpoint }) => endpoint)),
      new Set(candidates.map(({ endpoint }) => endpoint)),
    )
    const given = new Set(candidates.map(({ endpoint }) => endpoint))
    for (const { endpoint } of ranked) assert.ok(given.delete(endpoint), `${endpoint.id} is ranked twice or is a copy`)
  }
}

function sound(ranked: readonly Ranked[], candidates: readonly Candidate[]): void {
  assert.equal(ranked.length, candidates.length)
  for (const { endpoint, score, propensity } of ranked) {
    assert.ok(Number.isFinite(score), `the score of ${endpoint.id} is ${score}`)
    assert.ok(propensity >= 0 && propensity <= 1, `the propensity of ${endpoint.id} is ${propensity}`)
  }
  const sum = ranked.reduce((total, { propensity }) => total + propensity, 0)
  assert.ok(Math.abs(sum - 1) < 1e-6, `the propensities sum to ${sum}`)
  assert.ok(ranked[0]!.propensity > 0, 'what came first has propensity 0')
}

/**
 * Mean propensities over seeds, by endpoint; and whether they differ between seeds, as those of a strategy that
 * estimates them may.
 */
function meanPropensities(rank: Rank, candidates: readonly Candidate[], draws: number) {
  const means = new Map<Endpoint, number>()
  const firsts = new Map<Endpoint, number>()
  for (let seed = 1; seed <= draws; seed += 1) {
    const ranked = rank(candidates, seed)
    for (const { endpoint, propensity } of ranked) means.set(endpoint, (means.get(endpoint) ?? 0) + propensity / draws)
    const first = ranked[0]!.endpoint
    firsts.set(first, (firsts.get(first) ?? 0) + 1 / draws)
  }
  return { means, firsts }
}

function orderFree(rank: Rank): void {
  for (const candidates of scenarios()) {
    const forwards = meanPropensities(rank, candidates, 300).means
    const backwards = meanPropensities(rank, candidates.toReversed(), 300).means
    for (const [endpoint, mean] of forwards) {
      const other = backwards.get(endpoint) ?? Number.NaN
      assert.ok(
        Math.abs(mean - other) < 0.1,
        `${endpoint.id} has propensity ${mean} in one order and ${other} in the other`,
      )
    }
  }
}

function truePropensity(rank: Rank): void {
  for (const candidates of scenarios().slice(0, 5)) {
    const { means, firsts } = meanPropensities(rank, candidates, DRAWS)
    for (const [endpoint, mean] of means) {
      const share = firsts.get(endpoint) ?? 0
      const bound = 5 * Math.sqrt((mean * (1 - mean)) / DRAWS) + 1e-3
      assert.ok(
        Math.abs(share - mean) <= bound,
        `${endpoint.id} says ${mean.toFixed(4)} and came first in ${share.toFixed(4)} of ${DRAWS} draws`,
      )
    }
  }
}

function dominated(rank: Rank, quantity: Quantity): void {
  const better = WORSE[quantity]('better', false)
  const worse = WORSE[quantity]('worse', true)
  for (const pair of [[better, worse] as const, [worse, better] as const]) {
    const { means, firsts } = meanPropensities(rank, deepFreeze([...pair]), 500)
    for (const chances of [means, firsts]) {
      const [good = 0, bad = 0] = [chances.get(better.endpoint), chances.get(worse.endpoint)]
      assert.ok(bad < good, `the worse one comes first with ${bad.toFixed(3)}, the better one with ${good.toFixed(3)}`)
    }
  }
}

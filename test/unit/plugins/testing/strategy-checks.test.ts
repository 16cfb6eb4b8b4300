import { describe, expect, test } from 'vitest'
import type { Candidate, Ranked, RoutingStrategy } from '../../../../src/plugins/api.ts'
import { type Quantity, strategyChecks } from '../../../../src/plugins/testing.ts'

type Rank = RoutingStrategy['rank']

/** Names of the checks that a strategy fails. */
async function failures(rank: Rank, ranksBy: readonly Quantity[] = []): Promise<string[]> {
  const names: string[] = []
  for (const check of strategyChecks(() => ({ rank }), { ranksBy })) {
    await check.run().catch((error: Error) => {
      expect(error.message).not.toBe('')
      names.push(check.name)
    })
  }
  return names
}

const ranked = (candidates: readonly Candidate[], propensity: (index: number) => number): Ranked[] =>
  candidates.map(({ endpoint }, index) => ({ endpoint, score: index, propensity: propensity(index), why: 'test' }))

const byPosition: Rank = (_request, candidates) =>
  ranked(
    candidates.toSorted((a, b) => a.position - b.position),
    (index) => (index === 0 ? 1 : 0),
  )

let turn = 0

describe('strategyChecks', () => {
  test('a sound strategy passes', async () => {
    expect(await failures(byPosition, ['position'])).toEqual([])
  })

  test.each<[string, Rank, string]>([
    [
      'lets one out',
      (request, set, world) => byPosition(request, set.slice(1), world),
      'ranks every candidate exactly once, with the endpoint object it was given',
    ],
    [
      'copies endpoints',
      (request, set, world) =>
        byPosition(request, set, world).map((one) => ({ ...one, endpoint: { ...one.endpoint } })),
      'ranks every candidate exactly once, with the endpoint object it was given',
    ],
    [
      'has propensities that do not sum to one',
      (_request, set) => ranked(set, () => 0.5),
      'scores and propensities are finite, propensities within [0, 1] and sum to 1',
    ],
    [
      'gives a score that is not a number',
      (request, set, world) => byPosition(request, set, world).map((one) => ({ ...one, score: Number.NaN })),
      'scores and propensities are finite, propensities within [0, 1] and sum to 1',
    ],
    [
      'trusts its input',
      (_request, set) => {
        const sum = set.reduce((total, { endpoint }) => total + endpoint.weight, 0)
        const [first, ...rest] = ranked(set, (index) =>
          sum === 0 ? 1 / set.length : set[index]!.endpoint.weight / sum,
        )
        return first ? [first, ...rest] : []
      },
      'the same holds whatever the numbers: NaN, infinite, negative, extreme',
    ],
    [
      'sorts its input in place',
      (request, set, world) =>
        byPosition(
          request,
          (set as Candidate[]).sort((a, b) => a.position - b.position),
          world,
        ),
      'leaves its input as it was',
    ],
    [
      'goes by the order of the list',
      (_request, set) => ranked(set, (index) => (index === 0 ? 1 : 0)),
      'the order of the candidates does not matter',
    ],
    [
      'draws from a source of its own',
      (request, set, world) => {
        const rest = byPosition(request, set, world)
        // The check asks three times and compares the first with the third, which always differ.
        return turn++ % 4 < 2 ? rest.toReversed() : rest
      },
      'the same seed gives the same result, whatever was ranked in between',
    ],
    [
      'is silent',
      (request, set, world) => byPosition(request, set, world).map((one) => ({ ...one, why: '' })),
      'says why',
    ],
    [
      'claims to be random and is not',
      (request, set, world) => byPosition(request, set, world).map((one) => ({ ...one, propensity: 1 / set.length })),
      'the propensity is the probability of coming first',
    ],
  ])('one that %s fails', async (_, rank, check) => {
    expect(await failures(rank)).toContain(check)
  })

  test('one that keeps state fails', async () => {
    let calls = 0
    const turning: Rank = (request, set, world) => {
      const all = byPosition(request, set, world)
      calls += 1
      return [...all.slice(calls % all.length), ...all.slice(0, calls % all.length)]
    }
    expect(await failures(turning)).toContain('the same seed gives the same result, whatever was ranked in between')
  })

  test.each<Quantity>([
    'price',
    'ttft',
    'speed',
    'success',
    'stall',
    'in_flight',
    'cap',
    'outage',
    'weight',
    'last_picked',
  ])('one that claims to look at %s and does not fails', async (quantity) => {
    expect(await failures(byPosition, [quantity])).toContain(
      `a candidate worse in ${quantity} alone comes first less often`,
    )
  })
})

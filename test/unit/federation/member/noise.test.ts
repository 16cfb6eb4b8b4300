import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  drawCellNoise,
  drawQueryNoise,
  drawThresholdNoise,
  EPSILON,
  TOTAL_EPSILON,
} from '../../../../src/federation/member/report/noise.ts'
import { noiseStream } from '../../../../src/federation/member/report/noise-stream.ts'
import {
  addOutcome,
  CACHE,
  GRID,
  KINDS,
  newTally,
  OBSERVATIONS,
  PRICE,
  SPEED,
  TOTAL,
  TTFT,
  UP,
  VOTE,
} from '../../../../src/federation/member/report/tally.ts'
import { MIN_REQUESTS_WITH_NOISE } from '../../../../src/federation/protocol/limits.ts'
import { REPORT_KINDS } from '../../../../src/federation/protocol/words.ts'
import { OUTCOME_KINDS } from '../../../../src/plugins/api.ts'
import { outcome } from '../../../helpers/member.ts'

const number = fc.oneof(fc.double({ noNaN: false }), fc.double({ min: 0, max: 1e6, noNaN: true }))
const anyOutcome = fc.record({
  kind: fc.constantFrom(...OUTCOME_KINDS),
  stream: fc.boolean(),
  ttftMs: number,
  totalMs: number,
  tokensPerSecond: number,
  costUsd: number,
  usage: fc.record({ inputTokens: number, outputTokens: number, cacheReadTokens: number }),
})

describe('one request', () => {
  it('changes each statistic by no more than its sensitivity, whatever it is', () => {
    fc.assert(
      fc.property(anyOutcome, (drawn) => {
        const tally = newTally()
        addOutcome(tally, outcome(drawn))
        for (const value of tally) expect(Number.isSafeInteger(value) && value >= 0).toBe(true)
        const kinds = [...tally.subarray(KINDS, KINDS + REPORT_KINDS.length)].reduce((sum, count) => sum + count, 0)
        expect(kinds).toBe((REPORT_KINDS as readonly string[]).includes(drawn.kind) ? 1 : 0)
        const observed = [TTFT, TOTAL, SPEED, CACHE, PRICE].map((place) => {
          const [n, up] = [tally[place + OBSERVATIONS]!, tally[place + UP]!]
          expect(n).toBeLessThanOrEqual(kinds)
          // Upper and lower part make one vote: what both change by together.
          expect(up).toBeLessThanOrEqual(VOTE * n)
          return n
        })
        for (const [index, place] of [TTFT, TOTAL, SPEED].entries()) {
          const grid = [...tally.subarray(place + GRID, place + GRID + 64)].reduce((sum, count) => sum + count, 0)
          expect(grid).toBe(observed[index])
        }
        // Streams and whole answers are told apart: never all three.
        expect(Math.max(observed[0]!, observed[2]!) + observed[1]!).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('epsilon', () => {
  it('is 6 in all, counted statistic by statistic', () => {
    const { decision, kinds, ttft, speed, total, cache, price } = EPSILON
    const streamed = ttft.votes + ttft.variance + speed.votes + speed.variance
    expect(TOTAL_EPSILON).toBe(decision + kinds + Math.max(streamed, total.votes + total.variance) + cache + price)
    expect(TOTAL_EPSILON).toBe(6)
  })

  it('is what the spread of the noise says', () => {
    const words = noiseStream(Buffer.alloc(32), 'spread')
    const cells = Array.from({ length: 4_000 }, () => drawCellNoise(words))
    const epsilonOf = (values: readonly number[], sensitivity: number) =>
      // E|x| of the discrete Laplace distribution with p = exp(-1/b) is 2p / (1 - p^2); near b for large b.
      Math.asinh(values.length / values.reduce((sum, value) => sum + Math.abs(value), 0)) * sensitivity
    const close = (values: readonly number[], sensitivity: number, epsilon: number) =>
      expect(epsilonOf(values, sensitivity) / epsilon).toBeCloseTo(1, 1)
    close(
      cells.flatMap((cell) => cell.kinds),
      1,
      EPSILON.kinds,
    )
    for (const name of ['ttft', 'total', 'speed'] as const) {
      close(
        cells.flatMap((cell) => [cell[name].up, cell[name].down]),
        VOTE,
        EPSILON[name].votes,
      )
      close(
        cells.map((cell) => cell[name].squares),
        VOTE / 2,
        EPSILON[name].variance,
      )
    }
    for (const name of ['cache', 'price'] as const)
      close(
        cells.flatMap((cell) => [cell[name].up, cell[name].down]),
        VOTE,
        EPSILON[name],
      )
    close(
      Array.from({ length: 4_000 }, () => drawQueryNoise(words)),
      1,
      EPSILON.decision / 2,
    )
    close(
      Array.from({ length: 4_000 }, () => drawThresholdNoise(words)),
      1,
      EPSILON.decision / 2,
    )
  })

  it('leaves a delta below 1e-8: that a single request alone makes a cell appear in one of the 48 epochs that it waits', () => {
    const p = Math.exp(-EPSILON.decision / 2)
    const chance = (x: number) => ((1 - p) / (1 + p)) * p ** Math.abs(x)
    const tail = (min: number) => (min > 0 ? p ** min / (1 + p) : 1 - p ** (1 - min) / (1 + p))
    let passes = 0
    for (let threshold = -400; threshold <= 400; threshold++)
      passes += chance(threshold) * tail(MIN_REQUESTS_WITH_NOISE + threshold - 1)
    expect(48 * passes).toBeLessThan(1e-8)
    expect(48 * passes).toBeGreaterThan(1e-10)
  })
})

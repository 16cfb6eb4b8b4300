import { REPORT_KINDS } from '../../protocol/words.ts'
import { discreteLaplace, type RandomWords, systemWords } from './discrete-laplace.ts'
import { VOTE } from './tally.ts'

/**
 * What one request (one attempt at one endpoint) is worth in epsilon, by statistic. Every request is counted in one
 * cell of one report, so these add up within a cell and not over cells or epochs (parallel composition). A streamed
 * answer is in `ttft` and `speed`, a whole one in `total`, or in `speed` alone: never in all three, so that the larger
 * sum counts.
 */
export const EPSILON = {
  /** When a cell has enough requests: the sparse vector technique, half for the threshold and half for the count. */
  decision: 1,
  /**
   * All outcome counts together (a request is of one kind), and their sum `n`, which is computed from them and costs
   * nothing.
   */
  kinds: 1.5,
  /** `votes`: number and log-mean together; `variance`: the log-variance. */
  ttft: { votes: 1, variance: 0.25 },
  speed: { votes: 1, variance: 0.25 },
  total: { votes: 2, variance: 0.5 },
  cache: 0.5,
  price: 0.5,
} as const

type Spent = { readonly votes: number; readonly variance: number }
const sum = ({ votes, variance }: Spent): number => votes + variance

/** Of one request, over all that is ever sent because of it: 6. */
export const TOTAL_EPSILON =
  EPSILON.decision +
  EPSILON.kinds +
  Math.max(sum(EPSILON.ttft) + sum(EPSILON.speed), sum(EPSILON.total)) +
  EPSILON.cache +
  EPSILON.price

/**
 * What an answer that was judged or checked is worth besides: it counts in one row of one report, once. Its decision as
 * above; its vote is of one kind.
 */
export const QUALITY_EPSILON = { decision: 0.5, votes: 0.5, total: 1 } as const

/** All epsilons are whole numbers of quarters, so that scales are fractions of whole numbers. */
const QUARTERS = 4

/** Noise for a statistic that one request changes by at most `sensitivity`. */
const draw = (sensitivity: number, epsilon: number, words: RandomWords): number =>
  discreteLaplace(QUARTERS * sensitivity, QUARTERS * epsilon, words)

/**
 * Noise on a divided vote (see `VOTE`), whose two parts change by one vote in all; and on the sum of squares that makes
 * the variance.
 */
export interface QuantityNoise {
  readonly up: number
  readonly down: number
  /**
   * In thousandths of the largest squared deviation, of which one request changes half: it is counted from the middle.
   */
  readonly squares: number
}

export interface CellNoise {
  readonly kinds: readonly number[]
  readonly ttft: QuantityNoise
  readonly total: QuantityNoise
  readonly speed: QuantityNoise
  readonly cache: QuantityNoise
  readonly price: QuantityNoise
}

/**
 * All the noise of one cell of one report. Every value is drawn, in the same order, whatever the cell holds: it depends
 * on the words alone.
 */
export function drawCellNoise(words: RandomWords): CellNoise {
  const quantity = ({ votes, variance }: Spent): QuantityNoise => ({
    up: draw(VOTE, votes, words),
    down: draw(VOTE, votes, words),
    squares: variance === 0 ? 0 : draw(VOTE / 2, variance, words),
  })
  return {
    kinds: REPORT_KINDS.map(() => draw(1, EPSILON.kinds, words)),
    ttft: quantity(EPSILON.ttft),
    total: quantity(EPSILON.total),
    speed: quantity(EPSILON.speed),
    cache: quantity({ votes: EPSILON.cache, variance: 0 }),
    price: quantity({ votes: EPSILON.price, variance: 0 }),
  }
}

/** Noise on the four divided votes of a row of quality, of which one answer changes one vote in all. */
export const drawQualityNoise = (words: RandomWords): readonly number[] =>
  [0, 1, 2, 3].map(() => draw(VOTE, QUALITY_EPSILON.votes, words))

/** The same two as below for a row of quality, in thousandths of an answer. */
export const drawQualityQueryNoise = (words: RandomWords): number => draw(VOTE, QUALITY_EPSILON.decision / 2, words)
export const drawQualityThresholdNoise = (words: RandomWords = systemWords): number =>
  draw(VOTE, QUALITY_EPSILON.decision / 2, words)

/** Noise on a cell's number of requests, for one epoch's decision whether they are enough. */
export const drawQueryNoise = (words: RandomWords): number => draw(1, EPSILON.decision / 2, words)

/**
 * Noise on the threshold of a cell. Drawn once, when the cell begins to wait: one request changes the counts of all
 * epochs in the same direction, so each may be held against it, and all answers together cost `EPSILON.decision` once.
 * The sparse vector technique for monotonic queries with one positive answer: Lyu, Su, Li, "Understanding the Sparse
 * Vector Technique for Differential Privacy" (2017), section 4.3.
 */
export const drawThresholdNoise = (words: RandomWords = systemWords): number => draw(1, EPSILON.decision / 2, words)

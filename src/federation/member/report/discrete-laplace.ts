import { randomBytes } from 'node:crypto'

/** Random words of 32 bits: the system's, a keyed stream's, or a test's own. */
export type RandomWords = () => number

/** From the system's generator. */
export const systemWords: RandomWords = () => randomBytes(4).readUInt32BE()

const WORD = 2 ** 32

/** A whole number below `bound` (at most 2^32), all equally likely: words that would favour some are drawn again. */
export function uniform(bound: number, words: RandomWords): number {
  const fair = WORD - (WORD % bound)
  for (;;) {
    const word = words()
    if (word < fair) return word % bound
  }
}

/** True with probability exp(-numerator / denominator), which must be from 0 to 1. Algorithm 1 of the source below. */
function exponentialCoin(numerator: number, denominator: number, words: RandomWords): boolean {
  for (let k = 1; ; k++) if (uniform(denominator * k, words) >= numerator) return k % 2 === 1
}

/**
 * A draw from the discrete Laplace distribution, P(x) proportional to exp(-|x| s / t): added to a whole-number
 * statistic that one request changes by at most D, it makes that statistic (D s / t)-differentially private. Exact:
 * whole numbers only, no floating point whose last bits would tell the truth (Mironov 2012). Source: Canonne, Kamath,
 * Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 and 2.
 * @param t scale's numerator, a whole number from 1 to 10^7
 * @param s scale's denominator, a whole number of at least 1
 */
export function discreteLaplace(t: number, s: number, words: RandomWords): number {
  for (;;) {
    const remainder = uniform(t, words)
    if (!exponentialCoin(remainder, t, words)) continue
    let quotient = 0
    while (exponentialCoin(1, 1, words)) quotient++
    const magnitude = Math.floor((remainder + t * quotient) / s)
    const negative = uniform(2, words) === 1
    if (!(negative && magnitude === 0)) return negative ? -magnitude : magnitude
  }
}

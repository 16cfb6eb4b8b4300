/** Random bytes: `crypto.randomBytes`, a keyed stream, or a test's own. */
export type RandomBytes = (count: number) => Uint8Array

const WORD = 2 ** 32

/** A whole number below `bound` (at most 2^32), all equally likely: words that would favour some are drawn again. */
export function uniform(bound: number, bytes: RandomBytes): number {
  const fair = WORD - (WORD % bound)
  for (;;) {
    const [a, b, c, d] = bytes(4)
    const word = a! * 2 ** 24 + b! * 2 ** 16 + c! * 2 ** 8 + d!
    if (word < fair) return word % bound
  }
}

/** True with probability exp(-numerator / denominator), which must be from 0 to 1. Algorithm 1 of the source below. */
function exponentialCoin(numerator: number, denominator: number, bytes: RandomBytes): boolean {
  for (let k = 1; ; k++) if (uniform(denominator * k, bytes) >= numerator) return k % 2 === 1
}

/**
 * A draw from the discrete Laplace distribution, P(x) proportional to exp(-|x| s / t): added to a whole-number statistic that one request changes by
 * at most D, it makes that statistic (D s / t)-differentially private. Exact: whole numbers only, no floating point whose last bits would
 * tell the truth (Mironov 2012). Source: Canonne, Kamath, Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 and 2.
 * @param t scale's numerator, a whole number from 1 to 10^7
 * @param s scale's denominator, a whole number of at least 1
 */
export function discreteLaplace(t: number, s: number, bytes: RandomBytes): number {
  for (;;) {
    const remainder = uniform(t, bytes)
    if (!exponentialCoin(remainder, t, bytes)) continue
    let quotient = 0
    while (exponentialCoin(1, 1, bytes)) quotient++
    const magnitude = Math.floor((remainder + t * quotient) / s)
    const negative = uniform(2, bytes) === 1
    if (!(negative && magnitude === 0)) return negative ? -magnitude : magnitude
  }
}

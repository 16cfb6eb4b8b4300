/** Nodes of the integral below, from -4 to 4 sd. */
const NODES = 16
const WIDTH = 8 / NODES
/** Of the normal density at each node, but for a factor that they share. */
const DENSITIES = Float64Array.from({ length: NODES }, (_, node) => Math.exp(-(((node + 0.5) * WIDTH - 4) ** 2 / 2)))
const MIN_SD = 1e-6
/** Below it a node adds nothing to speak of. */
const MIN_CHANCE = 1e-9

interface Contender {
  /** Mean of what is drawn. */
  readonly value: number
  readonly sd: number
}

/**
 * The chance of each to draw the highest value, values being normal and independent, with `sharpness` times their sd.
 * Two in closed form; more by the integral over the one's own draw of the chance that all others draw less.
 */
export function chancesOfBest(contenders: readonly Contender[], sharpness: number): number[] {
  const sds = contenders.map(({ sd }) => Math.max(MIN_SD, sharpness * sd))
  if (contenders.length === 2) {
    const [first, second] = contenders as [Contender, Contender]
    const chance = phi((first.value - second.value) / Math.hypot(sds[0]!, sds[1]!))
    return [chance, 1 - chance]
  }
  const chances = contenders.map(({ value }, own) => {
    let sum = 0
    for (let node = 0; node < NODES; node++) {
      const z = (node + 0.5) * WIDTH - 4
      let chance = DENSITIES[node]!
      for (let other = 0; other < contenders.length && chance > MIN_CHANCE; other++)
        if (other !== own) chance *= phi((value + sds[own]! * z - contenders[other]!.value) / sds[other]!)
      sum += chance
    }
    return sum
  })
  const total = chances.reduce((sum, chance) => sum + chance, 0)
  return chances.map((chance) => chance / total)
}

/** The place that `random` falls on. */
export function draw(chances: readonly number[], random: () => number): number {
  let point = random()
  for (const [index, chance] of chances.entries()) {
    point -= chance
    if (point < 0) return index
  }
  return chances.findLastIndex((chance) => chance > 0)
}

/** The standard normal's distribution function (Abramowitz and Stegun 26.2.17, error below 1e-7). */
function phi(x: number): number {
  if (x > 6) return 1
  if (x < -6) return 0
  const t = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    0.3989422804014327 *
    Math.exp((-x * x) / 2) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return x >= 0 ? 1 - tail : tail
}

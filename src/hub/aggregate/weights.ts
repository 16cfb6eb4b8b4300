/** No cohort has more of the say than this, nor more than its equal share where there are so few that this is more. */
const MAX_SHARE = 0.35

/**
 * Water-filling: weights in the same proportions, except that none is above `MAX_SHARE` of their sum. What is cut off
 * goes to the others. Those at the limit share alike: with s of them and the rest summing to R each has
 * `share * R / (1 - s * share)`.
 */
export function capWeights(weights: Float64Array | readonly number[]): Float64Array {
  const share = Math.max(MAX_SHARE, 1 / weights.length)
  let sum = 0
  let largest = 0
  for (const weight of weights) {
    sum += weight
    largest = Math.max(largest, weight)
  }
  if (largest <= share * sum) return Float64Array.from(weights)
  const order = Array.from(weights, (_, index) => index).sort((a, b) => weights[b]! - weights[a]!)
  // Sums of all that are not larger: subtracting from the whole would lose the small ones' digits.
  const rest = new Float64Array(order.length + 1)
  for (let at = order.length - 1; at >= 0; at--) rest[at] = rest[at + 1]! + weights[order[at]!]!
  const capped = Float64Array.from(weights)
  for (let count = 0; count < order.length; count++) {
    const room = 1 - count * share
    // As many as share everything among them: all alike.
    if (room < 1e-9) break
    const limit = (share * rest[count]!) / room
    if (weights[order[count]!]! > limit * (1 + 1e-12)) continue
    for (let at = 0; at < count; at++) capped[order[at]!] = Math.min(weights[order[at]!]!, limit)
    return capped
  }
  return capped.fill(1)
}

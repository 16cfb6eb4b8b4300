import type { CellView, EndpointView } from './cell-view.ts'

/** Output tokens of the answer that endpoints are compared by, and tokens per second where no speed is known. */
const TOKENS = 300
const USUAL_SPEED = 50

/**
 * Milliseconds until a good answer of 300 tokens is there: first token and speed, else the whole answer's time, over
 * the share of requests that succeed. Undefined where no time is known.
 */
function expectedMs({ ttft_ms, speed, total_ms, success }: CellView): number | undefined {
  const ms = ttft_ms ? ttft_ms.p50 + (TOKENS / (speed?.p50 ?? USUAL_SPEED)) * 1000 : total_ms?.p50
  return ms === undefined ? undefined : ms / Math.max(success ?? 1, 0.01)
}

/** The quickest to a good answer first, at the end those without a time; equal ones by price and name. */
export function bestFirst(a: CellView, b: CellView): number {
  const last = Number.POSITIVE_INFINITY
  const [timeA, timeB] = [expectedMs(a) ?? last, expectedMs(b) ?? last]
  if (timeA !== timeB) return timeA < timeB ? -1 : 1
  const [priceA, priceB] = [a.price ?? last, b.price ?? last]
  if (priceA !== priceB) return priceA < priceB ? -1 : 1
  return a.provider < b.provider ? -1 : 1
}

/** By model, the best endpoint of each first. */
export const byModel = (a: EndpointView, b: EndpointView): number =>
  a.model === b.model ? bestFirst(a, b) : a.model < b.model ? -1 : 1

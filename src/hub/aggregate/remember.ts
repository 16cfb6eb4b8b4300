import { type Contribution, fade, isEmpty, keepOver, leafKey, SILENCE_S } from './contribution.ts'
import type { Terms } from './memory.ts'
import { addSums, FACET_COUNT } from './sums.ts'

/** What is left, at the end of `terms.epoch`, of what a member had contributed by the end of `asOf`. Fades in place. */
export function remembered(contributions: readonly Contribution[], asOf: number, terms: Terms): Contribution[] {
  const keep = keepOver(terms.epoch - asOf, terms.epochSeconds)
  return contributions.filter((contribution) => {
    if ((terms.epoch - contribution.last) * terms.epochSeconds > SILENCE_S) return false
    fade(contribution, keep)
    return !isEmpty(contribution)
  })
}

/** Puts what came, by leaf, with what waits already. In place. */
export function withNews(
  contributions: Contribution[],
  news: ReadonlyMap<string, Contribution> | undefined,
): Contribution[] {
  if (!news) return contributions
  const fresh = new Map(news)
  for (const contribution of contributions) {
    const key = leafKey(contribution.leaf)
    const own = fresh.get(key)
    if (!own) continue
    fresh.delete(key)
    contribution.last = Math.max(contribution.last, own.last)
    for (let facet = 0; facet < FACET_COUNT; facet++) {
      const [waiting, more] = [contribution.pending[facet], own.pending[facet]]
      if (waiting && more) addSums(facet, waiting, more)
      else if (more) contribution.pending[facet] = more
    }
  }
  return [...contributions, ...fresh.values()]
}

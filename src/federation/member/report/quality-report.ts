import { MAX_REQUESTS, MIN_JUDGED_WITH_NOISE, MIN_REQUESTS, REPORT_QUALITY, ROUNDING } from '../../protocol/limits.ts'
import type { QualityCounts } from '../../protocol/quality-types.ts'
import { drawQualityNoise, drawQualityQueryNoise } from './noise.ts'
import { noiseStream } from './noise-stream.ts'
import { BAD, ESCALATED, GOOD, KEPT, type QualityRow, rowKey, votesIn } from './quality-votes.ts'
import { VOTE } from './tally.ts'

export interface BuiltQuality {
  readonly quality: readonly QualityCounts[]
  /** Keys of the rows that are done with. */
  readonly spent: ReadonlySet<string>
}

/**
 * What a report of an epoch says of quality; it changes nothing, and the same rows, key and epoch give the same. Rows
 * with too few answers wait: 5; with noise about 40, and the threshold itself is noisy. At most 500, those of the most
 * answers first; in the order of their names. All that is done to noisy votes (capping at 200, leaving out what rests
 * on too little, rounding) tells no more than they do.
 */
export function buildQuality(
  rows: Iterable<QualityRow>,
  epoch: number,
  noiseKey: Uint8Array,
  { noise, exact = false }: { readonly noise: boolean; readonly exact?: boolean },
): BuiltQuality {
  const ready: { readonly key: string; readonly counts: QualityCounts }[] = []
  for (const row of rows) {
    const votes = votesIn(row)
    const all = votes.reduce((sum, part) => sum + part, 0)
    const key = rowKey(row.model, row.type)
    const words = noise ? noiseStream(noiseKey, `${epoch}\nquality\n${key}`) : undefined
    const enough = words ? all + drawQualityQueryNoise(words) >= VOTE * MIN_JUDGED_WITH_NOISE + row.threshold : false
    if (words ? !enough : all < (exact ? 1 : VOTE * MIN_REQUESTS)) continue
    const drawn = words ? drawQualityNoise(words) : [0, 0, 0, 0]
    const noisy = votes.map((part, place) => (part + drawn[place]!) / VOTE)
    ready.push({ key, counts: { model: row.model, type: row.type, ...countsOf(noisy, noise, exact) } })
  }
  const spent = new Set(ready.map(({ key }) => key))
  const answers = ({ judged, checked }: QualityCounts) => judged + checked
  ready.sort((a, b) => answers(b.counts) - answers(a.counts) || (a.key < b.key ? -1 : 1))
  const kept = ready.slice(0, REPORT_QUALITY).sort((a, b) => (a.key < b.key ? -1 : 1))
  return { quality: kept.map(({ counts }) => counts), spent }
}

/** From answers by place. */
function countsOf(votes: readonly number[], noise: boolean, exact: boolean) {
  const [judged, good] = pairOf(votes[GOOD]!, votes[BAD]!)
  const [checked, escalated] = pairOf(votes[ESCALATED]!, votes[KEPT]!)
  return { judged, good, checked, escalated }

  function pairOf(part: number, other: number): readonly [all: number, part: number] {
    const sum = part + other
    // Noise alone, most likely.
    if (noise && sum < MIN_JUDGED_WITH_NOISE / 2) return [0, 0]
    const share = sum > 0 ? Math.min(1, Math.max(0, part / sum)) : 0
    const capped = Math.min(MAX_REQUESTS, sum)
    const all = noise || exact ? capped : ROUNDING * Math.round(capped / ROUNDING)
    return [hundredths(all), hundredths(all * share)]
  }
}

const hundredths = (value: number): number => Math.round(100 * value) / 100 + 0

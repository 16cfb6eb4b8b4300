import { formatChange } from '../format.ts'
import type { Trend } from '../state/trend.ts'

const STEP = 3
const HEIGHT = 18
/** Smaller changes are called steady. */
const STEADY = 0.03

/** A line of a few points and the change in words; the figure counts time, so up is worse. */
export function Sparkline({ trend }: { trend: Trend }) {
  const points = trend.points
    .map((height, index) => `${index * STEP},${Math.round((1 - height) * (HEIGHT - 4)) + 2}`)
    .join(' ')
  const way = trend.change > STEADY ? 'slower' : trend.change < -STEADY ? 'faster' : 'steady'
  return (
    <span class={`trend ${way}`}>
      <svg viewBox={`0 0 ${(trend.points.length - 1) * STEP} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <polyline points={points} />
      </svg>
      {formatChange(trend.change)}
      <span class="sr-only"> {way}</span>
    </span>
  )
}

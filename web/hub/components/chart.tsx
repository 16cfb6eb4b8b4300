import { formatPrice, formatSpeed, formatTime } from '../format.ts'
import { modelPath } from '../links.ts'
import type { ChartData, ChartPoint } from '../state/chart.ts'
import { usePageLink } from './page-context.ts'

const HEIGHT = 300
/** Of the plane within the picture: pixels above and below, percent at the sides. */
const TOP = 12
const BOTTOM = 34
const LEFT = 7
const WIDTH = 91
/** Names that would lie on each other are left out. */
const NAME_HEIGHT = 14
const NAME_WIDTH = 0.2
const MAX_NAMES = 24

/** Price against speed. Drawn in percent of its width, so that text keeps its size on every screen. */
export function Chart({ chart, by = 'name' }: { chart: ChartData; by?: 'name' | 'provider' }) {
  const { measure, points, x, y, known } = chart
  const title = measure === 'speed' ? 'Price against speed' : 'Price against time'
  const unit = measure === 'speed' ? 'tokens/s' : 'whole answer, p50'
  const best = measure === 'speed' ? 'upper' : 'lower'
  return (
    <section class="chart" aria-labelledby="chart">
      <h2 id="chart">{title}</h2>
      <figure>
        <figcaption>
          <span>
            {unit}, up; USD per million tokens (1,000 in, 300 out), to the right. The best are {best} left; of those
            that are named, no other is both cheaper and faster.
            {known > points.length && ` The best ${points.length} of ${known}.`}
          </span>
        </figcaption>
        <svg class="scatter" width="100%" height={HEIGHT}>
          <title>{`${title}: ${points.length} endpoints`}</title>
          {y.ticks.map(({ value, at }) => (
            <g key={value}>
              <line x1={`${LEFT}%`} x2={`${LEFT + WIDTH}%`} y1={top(at)} y2={top(at)} class="grid-line" />
              <text x={`${LEFT - 0.7}%`} y={top(at) + 4} class="tick end">
                {measure === 'speed' ? formatSpeed(value).replace('.0', '') : formatTime(value)}
              </text>
            </g>
          ))}
          {x.ticks.map(({ value, at }) => (
            <g key={value}>
              <line x1={left(at)} x2={left(at)} y1={TOP} y2={HEIGHT - BOTTOM} class="grid-line" />
              <text x={left(at)} y={HEIGHT - BOTTOM + 18} class="tick middle">
                {formatPrice(value)}
              </text>
            </g>
          ))}
          {points.map((point) => (
            <Point key={point.id} point={point} measure={measure} />
          ))}
          {named(points).map((point) => (
            <text
              key={point.id}
              x={left(point.x)}
              dx={point.x > 0.75 ? -9 : 9}
              y={top(point.y) + 4}
              class={`label${point.x > 0.75 ? ' end' : ''}`}
            >
              {short(point[by])}
            </text>
          ))}
        </svg>
      </figure>
    </section>
  )
}

function Point({ point, measure }: { point: ChartPoint; measure: ChartData['measure'] }) {
  const { id, name, price, value, x, y, front } = point
  const text = `${id}: ${measure === 'speed' ? `${formatSpeed(value)} tokens/s` : formatTime(value)}, ${formatPrice(price)} per million`
  return (
    <a href={usePageLink(modelPath(name))} tabIndex={front ? undefined : -1} aria-label={text}>
      <circle cx={left(x)} cy={top(y)} r={front ? 6 : 4.5} class={front ? 'point front' : 'point'}>
        <title>{text}</title>
      </circle>
    </a>
  )
}

const left = (share: number): string => `${(LEFT + share * WIDTH).toFixed(1)}%`
const top = (share: number): number => Math.round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM))

/** The best first; few points are all named. */
function named(points: readonly ChartPoint[]): ChartPoint[] {
  const wanted =
    points.length <= MAX_NAMES
      ? points.toSorted((a, b) => Number(b.front ?? 0) - Number(a.front ?? 0))
      : points.filter(({ front }) => front)
  const shown: ChartPoint[] = []
  for (const point of wanted.slice(0, MAX_NAMES)) {
    const isFree = shown.every(
      (other) => Math.abs(top(other.y) - top(point.y)) >= NAME_HEIGHT || Math.abs(other.x - point.x) >= NAME_WIDTH,
    )
    if (isFree) shown.push(point)
  }
  return shown
}

const MAX_NAME = 22
const short = (name: string): string => {
  const own = name.slice(name.lastIndexOf('/') + 1)
  return own.length > MAX_NAME ? `${own.slice(0, MAX_NAME - 1)}…` : own
}

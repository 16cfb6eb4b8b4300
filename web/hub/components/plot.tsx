import { useMemo } from 'preact/hooks'
import type { HistorySeries } from '../../../src/hub/publish/page-data.ts'
import { formatInstant, formatMoment } from '../format.ts'
import type { PlotData } from '../state/plot-data.ts'
import { nearest, PLANE, pathOf, type Scale, timeScale, valueScale } from '../state/plot-scale.ts'

/** Lines are told apart by colour, and by dashes once the colours are used up. */
export const COLOURS = 8

export type FigureName = Exclude<keyof HistorySeries, 'provider' | 'model'>

const HEIGHT = 180
/** Of the plane within the picture: pixels above and below, percent from the left. */
const TOP = 8
const BOTTOM = 26
const LEFT = 13

interface Props {
  readonly data: PlotData
  readonly name: FigureName
  readonly title: string
  readonly format: (value: number) => string
  /** For the axis; default: `format` without idle zeros. */
  readonly tick?: (value: number) => string
  /** Of the lines. */
  readonly labels: readonly string[]
  /** Labels of lines that are not drawn. */
  readonly hidden: ReadonlySet<string>
  /** Index of the time that is pointed at. */
  readonly cursor: number | undefined
  readonly onCursor: (index: number | undefined) => void
}

const short = (format: (value: number) => string) => (value: number) => format(value).replace(/\.0+(?!\d)/, '')

/** One figure over time. Below the title stand the values at the cursor, or the newest. */
export function Plot({ data, name, title, format, tick = short(format), labels, hidden, cursor, onCursor }: Props) {
  const { times, series } = data
  const drawn = useMemo(() => {
    const lines = series.map((one) => one[name])
    const x = timeScale(times)
    const y = valueScale(lines)!
    return { lines, x, y, paths: lines.map((line) => pathOf(times, line, x, y)) }
  }, [data, name])
  const { lines, x, y, paths } = drawn
  const at = cursor ?? times.length - 1
  const follow = (event: PointerEvent) => {
    const box = (event.currentTarget as SVGElement).getBoundingClientRect()
    const share = ((event.clientX - box.left) / box.width - LEFT / 100) / (1 - LEFT / 100)
    onCursor(nearest(times, x, Math.min(1, Math.max(0, share))))
  }
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong>
        <span class="instant">{formatInstant(times[at] ?? 0)}</span>
        <span class="values">
          {labels.map(
            (label, index) =>
              !hidden.has(label) && (
                <span key={label} title={label}>
                  <span class={`swatch s${index % COLOURS}`} />
                  <span class="sr-only">{label}: </span>
                  {typeof lines[index]![at] === 'number' ? format(lines[index]![at]) : '–'}
                </span>
              ),
          )}
        </span>
      </figcaption>
      <svg
        class="plot"
        width="100%"
        height={HEIGHT}
        aria-hidden="true"
        onPointerMove={follow}
        onPointerLeave={() => onCursor(undefined)}
      >
        <Axes x={x} y={y} tick={tick} />
        <svg
          x={`${LEFT}%`}
          y={TOP}
          width={`${100 - LEFT}%`}
          height={HEIGHT - TOP - BOTTOM}
          viewBox={`0 0 ${PLANE.width} ${PLANE.height}`}
          preserveAspectRatio="none"
          aria-hidden="true"
        >
          {paths.map(
            (path, index) =>
              !hidden.has(labels[index]!) && (
                <path key={labels[index]} d={path} class={`s${index % COLOURS}${index >= COLOURS ? ' dashed' : ''}`} />
              ),
          )}
        </svg>
        {cursor !== undefined && (
          <line x1={across(x, times[at]!)} x2={across(x, times[at]!)} y1={TOP} y2={HEIGHT - BOTTOM} class="cursor" />
        )}
      </svg>
    </figure>
  )
}

const Axes = ({ x, y, tick }: { x: Scale; y: Scale; tick: (value: number) => string }) => (
  <g>
    {y.ticks.map(({ value, at }) => {
      const top = Math.round(TOP + (1 - at) * (HEIGHT - TOP - BOTTOM))
      return (
        <g key={value}>
          <line x1={`${LEFT}%`} x2="100%" y1={top} y2={top} class="grid-line" />
          <text x={`${LEFT - 1}%`} y={top + 4} class="end">
            {tick(value)}
          </text>
        </g>
      )
    })}
    {x.ticks.map(({ value, at }) => (
      <text
        key={value}
        x={across(x, value)}
        y={HEIGHT - BOTTOM + 18}
        class={at > 0.95 ? 'end' : at < 0.05 ? undefined : 'middle'}
      >
        {formatMoment(value)}
      </text>
    ))}
  </g>
)

const across = ({ min, max }: Scale, time: number): string =>
  `${(LEFT + ((time - min) / (max - min)) * (100 - LEFT)).toFixed(1)}%`

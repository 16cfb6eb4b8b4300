import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import type { HistorySeries } from '../../../src/hub/publish/page-data.ts'
import { formatInstant } from '../format.ts'
import type { PlotData } from '../state/plot-data.ts'
import { COLOURS } from './palette.ts'
import { plotOptions } from './plot-options.ts'

export type FigureName = Exclude<keyof HistorySeries, 'provider' | 'model'>

interface Props {
  readonly data: PlotData
  readonly name: FigureName
  readonly title: string
  readonly format: (value: number) => string
  /** For the axis; default: `format` without idle zeros. */
  readonly tick?: (value: number) => string
  /** Providers whose lines are not drawn. */
  readonly hidden: ReadonlySet<string>
}

export type PlotComponent = typeof Plot

const short = (format: (value: number) => string) => (value: number) => format(value).replace(/\.0+(?!\d)/, '')

/** One figure over time. Below the title stand the values at the cursor, or the newest. */
export function Plot({ data, name, title, format, tick = short(format), hidden }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot>(undefined)
  const [cursor, setCursor] = useState<number | null>()
  const lines = data.series.map((series) => series[name])

  useEffect(() => {
    const parent = place.current!
    const drawn = new uPlot(
      plotOptions(parent.clientWidth, data, tick, setCursor),
      [[...data.times], ...lines.map((line) => [...line])],
      parent,
    )
    plot.current = drawn
    const resizes = new ResizeObserver(() => drawn.setSize({ width: parent.clientWidth, height: drawn.height }))
    resizes.observe(parent)
    const theme = matchMedia('(prefers-color-scheme: dark)')
    const redraw = () => drawn.redraw(false, true)
    theme.addEventListener('change', redraw)
    return () => {
      theme.removeEventListener('change', redraw)
      resizes.disconnect()
      drawn.destroy()
    }
  }, [data, name])

  useEffect(() => {
    data.series.forEach(({ provider }, index) => {
      const show = !hidden.has(provider)
      if (plot.current!.series[index + 1]!.show !== show) plot.current!.setSeries(index + 1, { show })
    })
  }, [hidden, data])

  const at = cursor ?? data.times.length - 1
  const shown = data.series.flatMap(({ provider }, index) =>
    hidden.has(provider) ? [] : [{ provider, index, value: lines[index]![at] }],
  )
  return (
    <figure>
      <figcaption>
        <strong>{title}</strong>
        <span class="instant">{formatInstant(data.times[at] ?? 0)}</span>
        <span class="values">
          {shown.map(({ provider, index, value }) => (
            <span key={provider} title={provider}>
              <span class={`swatch s${index % COLOURS}`} />
              <span class="sr-only">{provider}: </span>
              {typeof value === 'number' ? format(value) : '–'}
            </span>
          ))}
        </span>
      </figcaption>
      <div ref={place} class="plot" aria-hidden="true" />
    </figure>
  )
}

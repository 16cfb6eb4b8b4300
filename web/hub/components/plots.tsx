import { useEffect, useState } from 'preact/hooks'
import { formatMembers, formatPrice, formatShare, formatSpeed, formatTime } from '../format.ts'
import type { PlotData } from '../state/plot-data.ts'
import { COLOURS } from './palette.ts'
import type { FigureName, PlotComponent } from './plot.tsx'

type Format = (value: number) => string

const FIGURES: readonly {
  readonly name: FigureName
  readonly title: string
  readonly format: Format
  readonly tick?: Format
}[] = [
  { name: 'ttft_p50', title: 'Time to first token, median', format: formatTime },
  { name: 'ttft_p95', title: 'Time to first token, 95th percentile', format: formatTime },
  { name: 'total_p50', title: 'Time of whole answers, median', format: formatTime },
  { name: 'speed', title: 'Output tokens per second', format: formatSpeed },
  { name: 'uptime', title: 'Uptime', format: formatShare },
  { name: 'price', title: 'USD per million tokens', format: formatPrice, tick: (value) => `$${value}` },
  { name: 'members', title: 'Members reporting', format: formatMembers, tick: String },
]

/** Figures over time, one line for each endpoint; a line can be hidden in all plots at once. */
export function Plots({ data }: { data: PlotData }) {
  /** What draws, once the browser has it: undefined on the server. */
  const [Plot, setPlot] = useState<PlotComponent>()
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => {
    // Without it the words below stay.
    import('./plot.tsx').then(
      ({ Plot }) => setPlot(() => Plot),
      () => {},
    )
  }, [])
  const toggle = (provider: string) => {
    const next = new Set(hidden)
    if (!next.delete(provider)) next.add(provider)
    setHidden(next)
  }
  return (
    <section class="plots" aria-labelledby="plots">
      <h2 id="plots">Over time</h2>
      {Plot ? (
        <>
          <fieldset>
            <legend class="sr-only">Endpoints shown in the plots</legend>
            {data.series.map(({ provider }, index) => (
              <label key={provider}>
                <input type="checkbox" checked={!hidden.has(provider)} onChange={() => toggle(provider)} />
                <span class={`swatch s${index % COLOURS}`} />
                {provider}
              </label>
            ))}
          </fieldset>
          <div class="grid">
            {FIGURES.filter(({ name }) => isKnown(data, name)).map((figure) => (
              <Plot key={figure.name} data={data} hidden={hidden} {...figure} />
            ))}
          </div>
        </>
      ) : (
        <p>
          The plots need JavaScript; their data is in <a href="v1/history.json">history.json</a>.
        </p>
      )}
    </section>
  )
}

const isKnown = ({ series }: PlotData, name: FigureName): boolean =>
  series.some((one) => one[name].some((value) => value !== null))

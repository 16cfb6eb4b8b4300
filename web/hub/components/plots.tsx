import { useEffect, useState } from 'preact/hooks'
import { formatMembers, formatPrice, formatShare, formatSpeed, formatTime } from '../format.ts'
import type { PlotData } from '../state/plot-data.ts'
import { useBase } from './page-context.ts'
import { COLOURS, type FigureName, Plot } from './plot.tsx'

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

/** Figures over time, one line for each endpoint; in the browser a line can be hidden in all plots at once. */
export function Plots({ data }: { data: PlotData }) {
  const [isInBrowser, setInBrowser] = useState(false)
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set())
  const [cursor, setCursor] = useState<number>()
  useEffect(() => setInBrowser(true), [])
  const labels = labelsOf(data)
  const toggle = (label: string) => {
    const next = new Set(hidden)
    if (!next.delete(label)) next.add(label)
    setHidden(next)
  }
  const known = FIGURES.filter(({ name }) => isKnown(data, name))
  return (
    <section class="plots" aria-labelledby="plots">
      <h2 id="plots">Over time</h2>
      <fieldset>
        <legend class="sr-only">Endpoints shown in the plots</legend>
        {labels.map((label, index) =>
          isInBrowser ? (
            <label key={label}>
              <input type="checkbox" checked={!hidden.has(label)} onChange={() => toggle(label)} />
              <Name label={label} index={index} />
            </label>
          ) : (
            <span key={label}>
              <Name label={label} index={index} />
            </span>
          ),
        )}
      </fieldset>
      <div class="grid">
        {known.map((figure) => (
          <Plot
            key={figure.name}
            data={data}
            labels={labels}
            hidden={hidden}
            cursor={cursor}
            onCursor={setCursor}
            {...figure}
          />
        ))}
      </div>
      <p class="about">
        All of it as data: <a href={`${useBase()}v1/history.json`}>history.json</a>.
      </p>
    </section>
  )
}

const Name = ({ label, index }: { label: string; index: number }) => (
  <>
    <span class={`swatch s${index % COLOURS}`} />
    {label}
  </>
)

const isKnown = ({ series }: PlotData, name: FigureName): boolean =>
  series.some((one) => one[name].some((value) => value !== null))

/** The provider, with the model where lines are of several. */
function labelsOf({ series }: PlotData): string[] {
  const isOfOne = new Set(series.map(({ provider }) => provider)).size === series.length
  return series.map(({ provider, model }) => (isOfOne ? provider : `${provider}/${model}`))
}

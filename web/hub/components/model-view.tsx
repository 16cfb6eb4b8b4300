import { formatTokens } from '../format.ts'
import type { ModelState } from '../state/pages.ts'
import { CellTable } from './cell-table.tsx'
import { Chart } from './chart.tsx'
import { Copyable } from './copyable.tsx'
import { PERFORMANCE, TERMS } from './detail-columns.tsx'
import { DetailTable } from './detail-table.tsx'
import { PastIncidents } from './incidents.tsx'
import { AllModelsLink } from './links.tsx'
import { useBase, useIsCopy } from './page-context.ts'
import { Plots } from './plots.tsx'

const MAX_COMPARED = 6

/** One model: its endpoints, what they cost, their figures over time, and the parts behind them. */
export function ModelView({ content, k }: { content: ModelState; k: number }) {
  const base = useBase()
  const isCopy = useIsCopy()
  const { name, facts, rows, chart, plots, cells, incidents, quality } = content
  // An endpoint that members and hub measured has a row of each.
  const ids = [...new Set(rows.map(({ id }) => id))]
  const compared = `${base}?compare=${ids.slice(0, MAX_COMPARED).map(encodeURIComponent).join(',')}`
  return (
    <>
      <div class="title">
        <h1>{name}</h1>
        <p>
          {ids.length > 1 && !isCopy && (
            <>
              <a href={compared}>Compare</a>{' '}
            </>
          )}
          <AllModelsLink />
        </p>
      </div>
      <About facts={facts} />
      <Quality rows={quality} />
      {rows.length > 0 ? (
        <>
          <section aria-labelledby="measured">
            <h2 id="measured">Measured</h2>
            <DetailTable rows={rows} columns={PERFORMANCE} caption={`Endpoints of ${name}, as measured`} />
          </section>
          {chart && <Chart chart={chart} by="provider" />}
          <section aria-labelledby="terms">
            <h2 id="terms">Prices and terms</h2>
            <DetailTable rows={rows} columns={TERMS} names caption={`Prices and terms of ${name}, as published`} />
          </section>
          <Copyable label="In a router’s config" text={configOf(name, ids)} />
        </>
      ) : (
        <p class="notice">
          The map has no endpoint of this model: nobody asks for it, or fewer than {k} independent members do.
        </p>
      )}
      {plots && <Plots data={plots} />}
      {cells.length > 0 && <CellTable cells={cells} model={name} />}
      <PastIncidents incidents={incidents} />
    </>
  )
}

function About({ facts }: { facts: ModelState['facts'] }) {
  const { title, released, contextLength, inputModalities, outputModalities } = facts
  const parts = [
    title,
    contextLength && `${formatTokens(contextLength)} tokens of context`,
    inputModalities && outputModalities && `${inputModalities.join(', ')} to ${outputModalities.join(', ')}`,
    released && `released ${released}`,
  ].filter(Boolean)
  return parts.length > 0 ? <p class="about">{parts.join(' · ')}</p> : null
}

/** "Good answers: all 0.75 ± 0.06, code 0.81 ± 0.04": which work it is good enough for. */
function Quality({ rows }: { rows: ModelState['quality'] }) {
  if (rows.length === 0) return null
  const parts = rows.map(({ type, good, good_sd, judged, members }) => {
    const work = type === null ? 'all work' : type === '-' ? 'other' : type.replaceAll('_', ' ')
    return `${work} ${good!.toFixed(2)} ± ${good_sd!.toFixed(2)} (${judged} judged, ${members} members)`
  })
  return <p class="about">Good answers: {parts.join(' · ')}</p>
}

function configOf(name: string, ids: readonly string[]): string {
  const own = name.slice(name.lastIndexOf('/') + 1)
  const endpoints = ids.map((id) => `    - ${JSON.stringify(id)}`)
  return ['models:', `  ${JSON.stringify(own)}:`, '    endpoints:', ...endpoints.map((line) => `  ${line}`)].join('\n')
}

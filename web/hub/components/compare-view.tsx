import type { DetailRow } from '../state/details.ts'
import type { CompareState } from '../state/pages.ts'
import { type DetailColumn, PERFORMANCE, TERMS } from './detail-columns.tsx'
import { AllModelsLink, ModelLink, ProviderLink } from './links.tsx'
import { Badges } from './parts.tsx'
import { Plots } from './plots.tsx'

/** Endpoints side by side; the best of each line is marked. */
export function CompareView({ content: { rows, plots } }: { content: CompareState }) {
  return (
    <>
      <div class="title">
        <h1>Compare</h1>
        <p>
          <AllModelsLink />
        </p>
      </div>
      {rows.length === 0 ? (
        <p class="notice">Nothing to compare: the map has none of these endpoints.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone, and must do so by keyboard as well.
        <section class="scroll" tabIndex={0} aria-label="Endpoints side by side">
          <table class="details compare">
            <thead>
              <tr>
                <th scope="col">
                  <span class="sr-only">Figure</span>
                </th>
                {rows.map((row) => (
                  <th key={row.id} scope="col">
                    <ProviderLink name={row.provider} /> <Badges row={row} />
                    <br />
                    <ModelLink name={row.name}>{row.name}</ModelLink>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...PERFORMANCE, ...TERMS].map((column) => (
                <Line key={column.label} column={column} rows={rows} />
              ))}
            </tbody>
          </table>
        </section>
      )}
      {plots && <Plots data={plots} />}
    </>
  )
}

function Line({ column, rows }: { column: DetailColumn; rows: readonly DetailRow[] }) {
  const ranks = rows.map((row) => column.rank?.(row))
  const known = ranks.filter((rank) => rank !== undefined)
  const best = new Set(known).size > 1 ? Math.min(...known) : undefined
  return (
    <tr>
      <th scope="row" title={column.title}>
        {column.label}
      </th>
      {rows.map((row, index) => {
        const isBest = best !== undefined && ranks[index] === best
        return (
          <td key={row.id} class={isBest ? 'best' : undefined}>
            {column.cell(row)}
            {isBest && <span class="sr-only"> best</span>}
          </td>
        )
      })}
    </tr>
  )
}

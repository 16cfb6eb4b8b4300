import { continentName, formatMembers, formatShare, formatSpeed, formatTime, sizeName, speedUnit } from '../format.ts'
import type { CellRow } from '../state/cells.ts'
import { None } from './parts.tsx'

/** With more parts the folds are closed at first. */
const MAX_OPEN = 40

/** The parts of a model's endpoints: by provider, one fold each. */
export function CellTable({ cells, model }: { cells: readonly CellRow[]; model: string }) {
  const providers = [...new Set(cells.map(({ provider }) => provider))]
  return (
    <section aria-labelledby="cells">
      <h2 id="cells">By kind of request, region and continent</h2>
      {providers.map((provider) => (
        <ProviderCells
          key={provider}
          provider={provider}
          model={model}
          cells={cells.filter((cell) => cell.provider === provider)}
          open={cells.length <= MAX_OPEN}
        />
      ))}
    </section>
  )
}

const HEADINGS = [
  'Requests',
  'Input tokens',
  'Region',
  'From',
  'TTFT p50',
  'TTFT p95',
  'Total p50',
  'Tokens/s',
  'Went well',
  'Members',
]

const ProviderCells = ({
  provider,
  model,
  cells,
  open,
}: {
  provider: string
  model: string
  cells: readonly CellRow[]
  open: boolean
}) => (
  <details open={open}>
    <summary>
      {provider} <small>{cells.length}</small>
    </summary>
    {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone, and must do so by keyboard as well. */}
    <section class="scroll" tabIndex={0} aria-label={`Parts of ${provider}`}>
      <table class="cells">
        <caption class="sr-only">
          {model} at {provider}, by kind of request, region and continent
        </caption>
        <thead>
          <tr>
            {HEADINGS.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {cells.map((cell) => (
            <tr key={`${cell.kind} ${cell.size} ${cell.shape} ${cell.region} ${cell.continent} ${cell.source}`}>
              <th scope="row">
                {cell.kind}, {cell.shape}
              </th>
              <td>{sizeName(cell.size)}</td>
              <td>{cell.region === undefined ? 'all' : cell.region === '-' ? <None /> : cell.region}</td>
              <td>{cell.continent === undefined ? 'all' : continentName(cell.continent)}</td>
              <td>{cell.ttft50 === undefined ? <None /> : formatTime(cell.ttft50)}</td>
              <td>{cell.ttft95 === undefined ? <None /> : formatTime(cell.ttft95)}</td>
              <td>{cell.total50 === undefined ? <None /> : formatTime(cell.total50)}</td>
              <td>{cell.speed === undefined ? <None /> : `${formatSpeed(cell.speed)}${speedUnit(cell.kind)}`}</td>
              <td>{cell.success === undefined ? <None /> : formatShare(cell.success)}</td>
              <td>
                {cell.source === 'probe' ? (
                  'probed'
                ) : cell.members === undefined ? (
                  <None />
                ) : (
                  formatMembers(cell.members)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  </details>
)

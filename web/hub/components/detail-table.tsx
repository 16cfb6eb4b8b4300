import type { DetailRow } from '../state/details.ts'
import type { DetailColumn } from './detail-columns.tsx'
import { ProviderLink } from './links.tsx'
import { Badges, OwnName } from './parts.tsx'

interface Props {
  readonly rows: readonly DetailRow[]
  readonly columns: readonly DetailColumn[]
  readonly caption: string
  /** With the provider's own name of the model. */
  readonly names?: boolean
}

/** Endpoints of one model. On a narrow screen it scrolls sideways below its first column, which stays. */
export const DetailTable = ({ rows, columns, caption, names = false }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on a phone, and must do so by keyboard as well.
  <section class="scroll" tabIndex={0} aria-label={caption}>
    <table class="details">
      <caption class="sr-only">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Provider</th>
          {names && <th scope="col">Name there</th>}
          {columns.map(({ label, title }) => (
            <th key={label} scope="col" title={title}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.id} ${row.source}`}>
            <th scope="row">
              <ProviderLink name={row.provider} /> {!names && <Badges row={row} />}
              {!names && <OwnName row={row} />}
            </th>
            {names && (
              <td>
                <code>{row.model}</code>
              </td>
            )}
            {columns.map((column) => (
              <td key={column.label}>{column.cell(row)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  </section>
)

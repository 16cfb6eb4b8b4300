import type { EndpointRow } from '../state/endpoints.ts'
import { type Column, type ColumnId, FIGURE_COLUMNS, NAME_COLUMNS } from './columns.tsx'
import type { Order } from './order.ts'

interface Props {
  readonly rows: readonly EndpointRow[]
  readonly caption: string
  /** Without the column that says the same in every row. */
  readonly oneModel?: boolean
  readonly order?: Order | undefined
  /** Undefined while nothing can be clicked: on the server. */
  readonly onSort?: ((column: Column) => void) | undefined
}

/**
 * The table of endpoints. On a narrow screen its rows become cards, by CSS alone; the roles keep it a table for who
 * does not see it.
 */
export function EndpointTable({ rows, caption, oneModel = false, order, onSort }: Props) {
  const columns = [...NAME_COLUMNS.slice(oneModel ? 1 : 0), ...FIGURE_COLUMNS]
  return (
    <table class={`endpoints${oneModel ? ' one-model' : ''}`} role="table">
      <caption>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {columns.map((column) => (
            <Heading key={column.id} column={column} order={order} onSort={onSort} />
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row, index) => (
          <Row
            key={`${row.provider} ${row.model}`}
            row={row}
            columns={columns}
            isRepeat={!oneModel && rows[index - 1]?.model === row.model}
          />
        ))}
      </tbody>
    </table>
  )
}

function Heading({ column, order, onSort }: { column: Column } & Pick<Props, 'order' | 'onSort'>) {
  const way = order?.column === column.id ? (order.way > 0 ? 'ascending' : 'descending') : undefined
  const text = (
    <>
      {column.label}
      {column.unit && <small>{column.unit}</small>}
    </>
  )
  return (
    <th scope="col" role="columnheader" class={kindOf(column.id)} title={column.title} aria-sort={way}>
      {onSort ? (
        <button type="button" onClick={() => onSort(column)}>
          {text}
        </button>
      ) : (
        text
      )}
    </th>
  )
}

function Row({ row, columns, isRepeat }: { row: EndpointRow; columns: readonly Column[]; isRepeat: boolean }) {
  return (
    <tr role="row" class={isRepeat ? 'repeat' : undefined}>
      {columns.map((column) =>
        column.id === 'provider' ? (
          <th key={column.id} scope="row" role="rowheader" class="name" title={row.provider}>
            {column.cell(row, isRepeat)}
          </th>
        ) : (
          <td
            key={column.id}
            role="cell"
            class={kindOf(column.id)}
            data-label={column.label}
            title={column.id === 'model' ? row.model : undefined}
          >
            {column.cell(row, isRepeat)}
          </td>
        ),
      )}
    </tr>
  )
}

const kindOf = (id: ColumnId) => (id === 'model' || id === 'provider' ? 'name' : id === 'trend' ? 'wide' : undefined)

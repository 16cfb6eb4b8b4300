import { nextOrder, type Order } from '../state/order.ts'
import type { RowGroup } from '../state/overview.ts'
import type { EndpointRow } from '../state/row.ts'
import { type View, writeView } from '../state/view.ts'
import { type Column, FIGURE_COLUMNS } from './columns.tsx'
import { ModelLink, ProviderLink, ViewLink } from './links.tsx'
import { Badges, None, OwnName } from './parts.tsx'

/** On a phone the short list ends here. */
const FIRST_GROUPS = 10
const FIRST_ROWS = 15

interface Props {
  readonly groups: readonly RowGroup[]
  readonly caption: string
  /** Headings lead to other orders of it. */
  readonly view?: View
  /** Of one provider: without the column that says the same in every row. */
  readonly oneProvider?: boolean
  /** On a phone it ends early: all of it is elsewhere. */
  readonly isShort?: boolean
}

/**
 * The table of endpoints, models together. On a narrow screen its rows become cards, by CSS alone; the roles keep it a
 * table for who does not see it.
 */
export function EndpointTable({ groups, caption, view, oneProvider = false, isShort = false }: Props) {
  return (
    <table class={`endpoints${isShort ? ' short' : ''}`} role="table">
      <caption>{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          {view && (
            <th scope="col" role="columnheader" class="mark">
              <span class="sr-only">Compare</span>
            </th>
          )}
          <th scope="col" role="columnheader" class="name">
            Model
          </th>
          {!oneProvider && (
            <th scope="col" role="columnheader" class="name">
              Provider
            </th>
          )}
          {FIGURE_COLUMNS.map((column) => (
            <Heading key={column.id} column={column} view={view} />
          ))}
        </tr>
      </thead>
      {groups.map((group, at) => (
        <tbody key={group.name} role="rowgroup">
          {group.rows.map((row, index) => (
            <Row
              key={row.id}
              row={row}
              group={group}
              index={index}
              isLate={group.name === '' ? index >= FIRST_ROWS : at >= FIRST_GROUPS}
              marks={view !== undefined}
              oneProvider={oneProvider}
            />
          ))}
        </tbody>
      ))}
    </table>
  )
}

function Heading({ column, view }: { column: Column; view: View | undefined }) {
  const text = (
    <>
      {column.label}
      {column.unit && <small>{column.unit}</small>}
    </>
  )
  const { sort } = column
  const order: Order | undefined = view?.order
  const way = order && order.key === sort ? (order.way > 0 ? 'ascending' : 'descending') : undefined
  return (
    <th
      scope="col"
      role="columnheader"
      title={column.title}
      aria-sort={way}
      class={column.id === 'trend' ? 'wide' : undefined}
    >
      {view && sort ? (
        <ViewLink query={writeView({ ...view, order: nextOrder(view.order, sort), page: 1 })} rel="nofollow">
          {text}
        </ViewLink>
      ) : (
        text
      )}
    </th>
  )
}

interface RowProps {
  readonly row: EndpointRow
  readonly group: RowGroup
  /** In its group. */
  readonly index: number
  readonly isLate: boolean
  readonly marks: boolean
  readonly oneProvider: boolean
}

function Row({ row, group, index, isLate, marks, oneProvider }: RowProps) {
  const isGroup = group.name !== ''
  const isRepeat = isGroup && index > 0
  const classes = [isRepeat && 'repeat', isLate && 'late'].filter(Boolean).join(' ')
  const model = (
    <>
      <ModelLink name={row.name}>
        <ModelName name={row.name} />
      </ModelLink>
      {isGroup && index === 0 && group.count > group.rows.length && (
        <small>
          {' '}
          <ModelLink name={row.name}>all {group.count}</ModelLink>
        </small>
      )}
    </>
  )
  return (
    <tr role="row" class={classes || undefined}>
      {marks && (
        <td role="cell" class="mark">
          <input type="checkbox" name="compare" value={row.id} form="compare" aria-label={`Compare ${row.id}`} />
        </td>
      )}
      {oneProvider ? (
        <th scope="row" role="rowheader" class="name" title={row.model}>
          <ModelLink name={row.name} /> <Badges row={row} />
        </th>
      ) : (
        <>
          <td role="cell" class="name model" title={row.model}>
            {model}
          </td>
          <th scope="row" role="rowheader" class="name">
            <ProviderLink name={row.provider} /> <Badges row={row} />
            <OwnName row={row} />
          </th>
        </>
      )}
      {FIGURE_COLUMNS.map(({ id, label, cell }) => {
        const content = cell(row)
        // Cards leave out what is not known.
        const kind = content === undefined ? 'unknown' : id === 'trend' ? 'wide' : undefined
        return (
          <td key={id} role="cell" data-label={label} class={kind}>
            {content ?? <None />}
          </td>
        )
      })}
    </tr>
  )
}

/** Who made it stands back. */
function ModelName({ name }: { name: string }) {
  const slash = name.indexOf('/') + 1
  return (
    <>
      {slash > 0 && <span class="maker">{name.slice(0, slash)}</span>}
      {name.slice(slash)}
    </>
  )
}

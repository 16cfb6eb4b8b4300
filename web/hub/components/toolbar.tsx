import type { EndpointRow } from '../state/endpoints.ts'
import { COLUMNS, readOrder, writeOrder } from './order.ts'
import type { View } from './view.ts'

interface Props {
  readonly endpoints: readonly EndpointRow[]
  readonly view: View
  onChange(view: View): void
}

/** Filter by name and provider; the order too, for screens on which the table has no headings. */
export function Toolbar({ endpoints, view, onChange }: Props) {
  const providers = [...new Set(endpoints.map(({ provider }) => provider))].sort()
  return (
    <search>
      <form class="toolbar" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span>Filter</span>
          <input
            type="search"
            placeholder="model or provider"
            value={view.text}
            onInput={(event) => onChange({ ...view, text: event.currentTarget.value })}
          />
        </label>
        <label>
          <span>Provider</span>
          <select
            value={view.provider}
            onChange={(event) => onChange({ ...view, provider: event.currentTarget.value })}
          >
            <option value="">all</option>
            {providers.map((provider) => (
              <option key={provider} value={provider}>
                {provider}
              </option>
            ))}
          </select>
        </label>
        <label class="narrow">
          <span>Sort by</span>
          <select
            value={writeOrder(view.order)}
            onChange={(event) => onChange({ ...view, order: readOrder(event.currentTarget.value) ?? view.order })}
          >
            {COLUMNS.flatMap(({ id, label, first }) =>
              ([first, -first] as (1 | -1)[]).map((way) => (
                <option key={`${id}${way}`} value={writeOrder({ column: id, way })}>
                  {label} {way > 0 ? '↑' : '↓'}
                </option>
              )),
            )}
          </select>
        </label>
      </form>
    </search>
  )
}

import { useEffect, useState } from 'preact/hooks'
import { plural } from '../format.ts'
import type { PageState } from '../state/page-state.ts'
import { EndpointTable } from './endpoint-table.tsx'
import { nextOrder, sorted } from './order.ts'
import { Toolbar } from './toolbar.tsx'
import { matches, readView, type View, writeView } from './view.ts'

/** The table of all endpoints. In the browser it can be sorted and filtered, and the address remembers how. */
export function Overview({ state: { endpoints, map, hub } }: { state: PageState }) {
  const [view, setView] = useView()
  if (!map || endpoints.length === 0) return <Empty hasMap={map !== undefined} k={hub.k} />
  const rows = view
    ? sorted(
        endpoints.filter((row) => matches(view, row)),
        view.order,
      )
    : endpoints
  const models = new Set(rows.map(({ model }) => model)).size
  return (
    <section aria-labelledby="endpoints">
      <div class="title">
        <h1 id="endpoints">Where inference works best</h1>
        <p role="status">
          {plural(rows.length, 'endpoint')} of {plural(models, 'model')}
        </p>
      </div>
      {view && <Toolbar endpoints={endpoints} view={view} onChange={setView} />}
      {rows.length > 0 ? (
        <EndpointTable
          rows={rows}
          caption="Endpoints by model: what the hub's members measured, over all regions and kinds of requests."
          order={view?.order}
          onSort={view && ((column) => setView({ ...view, order: nextOrder(view.order, column) }))}
        />
      ) : (
        <p class="notice">No endpoint matches.</p>
      )}
    </section>
  )
}

const Empty = ({ hasMap, k }: { hasMap: boolean; k: number }) => (
  <section class="empty">
    <h1>{hasMap ? 'The map is still empty' : 'No map yet'}</h1>
    <p>
      An endpoint appears here as soon as {k} independent members have reported on it. Be one of them: how to join
      stands below.
    </p>
  </section>
)

/** Undefined on the server and in the first drawing, then what the address says. */
function useView(): [View | undefined, (view: View) => void] {
  const [view, setView] = useState<View>()
  useEffect(() => setView(readView(location.search)), [])
  const change = (next: View) => {
    setView(next)
    history.replaceState(null, '', `${location.pathname}${writeView(next)}`)
  }
  return [view, change]
}

import { plural } from '../format.ts'
import { CSV_PATH } from '../links.ts'
import type { OverviewState } from '../state/overview.ts'
import type { PageState } from '../state/page-state.ts'
import { isNarrowed, type View, writeView } from '../state/view.ts'
import { Chart } from './chart.tsx'
import { EndpointTable } from './endpoint-table.tsx'
import { Filters } from './filters.tsx'
import { ViewLink } from './links.tsx'
import { useBase } from './page-context.ts'

/** The endpoints of the map: the best of each model, or all of them. */
export function Overview({ state, content }: { state: PageState; content: OverviewState }) {
  const base = useBase()
  const { view, groups, endpoints, models, pages, chart, facets } = content
  if (!state.map || facets.providers.length === 0) return <Empty hasMap={state.map !== undefined} k={state.hub.k} />
  return (
    <section aria-labelledby="endpoints">
      <div class="title">
        <h1 id="endpoints">Where inference works best</h1>
        <p role="status">
          {plural(endpoints, 'endpoint')} of {plural(models, 'model')}
        </p>
      </div>
      <Filters view={view} facets={facets} />
      {groups.length > 0 ? (
        <>
          <EndpointTable groups={groups} caption={captionOf(view)} view={view} isShort={!view.all} />
          <form id="compare" class="actions" action={base} method="get">
            <button type="submit">Compare those marked</button>
            {!view.all && (
              <ViewLink query={writeView({ ...view, all: true, page: 1 })} class="button all">
                Show all {plural(endpoints, 'endpoint')}
              </ViewLink>
            )}
            {view.all && (
              <ViewLink query={writeView({ ...view, all: false, page: 1 })} class="button">
                Show the best of each model
              </ViewLink>
            )}
            <a href={`${base}${CSV_PATH}${writeView({ ...view, page: 1 })}`} class="button">
              CSV
            </a>
            <Pager view={view} pages={pages} />
          </form>
        </>
      ) : (
        <p class="notice">
          No endpoint matches. <ViewLink query="?">Show all</ViewLink>
        </p>
      )}
      {chart && <Chart chart={chart} />}
    </section>
  )
}

function captionOf(view: View): string {
  const what = isNarrowed(view)
    ? 'What the hub’s members measured for such requests.'
    : 'What the hub’s members measured, over all regions and kinds of requests.'
  return view.order.key === 'best'
    ? `${what} Models that most members use first; of each the endpoints whose answers cost least, time and money together.`
    : what
}

function Pager({ view, pages }: { view: View; pages: number }) {
  if (pages < 2) return null
  const { page } = view
  return (
    <nav class="pager" aria-label="Pages">
      {page > 1 && (
        <ViewLink query={writeView({ ...view, page: page - 1 })} rel="prev" class="button">
          Previous
        </ViewLink>
      )}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && (
        <ViewLink query={writeView({ ...view, page: page + 1 })} rel="next" class="button">
          Next
        </ViewLink>
      )}
    </nav>
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

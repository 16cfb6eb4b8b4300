import type { ComponentChildren } from 'preact'
import { plural } from '../format.ts'
import { CSV_PATH, overviewPath, pageLink } from '../links.ts'
import type { OverviewState } from '../state/overview.ts'
import type { PageState } from '../state/page-state.ts'
import { isNarrowed, type View, writeView } from '../state/view.ts'
import { Chart } from './chart.tsx'
import { EndpointTable } from './endpoint-table.tsx'
import { Filters } from './filters.tsx'
import { ViewLink } from './links.tsx'
import { useBase } from './page-context.ts'

/** More rows than these are not all shown on a phone. */
const SHORT = 10

/** The endpoints of the map: the best of each model, or all of them. */
export function Overview({ state, content }: { state: PageState; content: OverviewState }) {
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
      {!state.isCopy && <Filters view={view} facets={facets} />}
      {groups.length > 0 ? (
        <>
          <EndpointTable
            groups={groups}
            caption={captionOf(view)}
            isShort={!view.all}
            {...(!state.isCopy && { view })}
          />
          {state.isCopy ? (
            <CopyActions view={view} pages={pages} />
          ) : (
            <Actions view={view} pages={pages} endpoints={endpoints} shown={shownOf(groups)} />
          )}
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

interface ActionsProps {
  readonly view: View
  readonly pages: number
  readonly endpoints: number
  /** Of them, on this page. */
  readonly shown: number
}

function Actions({ view, pages, endpoints, shown }: ActionsProps) {
  const base = useBase()
  const other = writeView({ ...view, all: !view.all, page: 1 })
  const turn = (page: number) => writeView({ ...view, page })
  return (
    <form id="compare" class="actions" action={base} method="get">
      <button type="submit">Compare those marked</button>
      {(view.all || shown < endpoints || shown > SHORT) && (
        <ViewLink query={other} class={view.all ? 'button' : 'button all'}>
          {view.all ? 'Show the best of each model' : `Show all ${plural(endpoints, 'endpoint')}`}
        </ViewLink>
      )}
      <a href={`${base}${CSV_PATH}${turn(1)}`} class="button">
        CSV
      </a>
      <Pager page={view.page} pages={pages} link={(page, rest) => <ViewLink query={turn(page)} {...rest} />} />
    </form>
  )
}

/** Files answer no queries. */
function CopyActions({ view, pages }: Pick<ActionsProps, 'view' | 'pages'>) {
  const base = useBase()
  return (
    <div class="actions">
      <a href={`${base}${CSV_PATH}`} class="button">
        CSV
      </a>
      <Pager
        page={view.page}
        pages={pages}
        link={(page, { children, ...rest }) => (
          <a href={pageLink(base, overviewPath(page), true)} {...rest}>
            {children}
          </a>
        )}
      />
    </div>
  )
}

const shownOf = (groups: OverviewState['groups']): number => groups.reduce((sum, { rows }) => sum + rows.length, 0)

function captionOf(view: View): string {
  const what = isNarrowed(view)
    ? 'What members, or the hub itself, measured of such requests.'
    : 'What members, or the hub itself, measured, over all regions and kinds of requests.'
  return view.order.key === 'best'
    ? `${what} Models that most members use first; of each the endpoints whose answers cost least, time and money together.`
    : what
}

interface LinkParts {
  readonly rel: string
  readonly class: string
  readonly children: ComponentChildren
}

interface PagerProps {
  readonly page: number
  readonly pages: number
  link(page: number, parts: LinkParts): ComponentChildren
}

function Pager({ page, pages, link }: PagerProps) {
  if (pages < 2) return null
  return (
    <nav class="pager" aria-label="Pages">
      {page > 1 && link(page - 1, { rel: 'prev', class: 'button', children: 'Previous' })}
      <span>
        Page {page} of {pages}
      </span>
      {page < pages && link(page + 1, { rel: 'next', class: 'button', children: 'Next' })}
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
    {k > 1 && (
      <p>
        Members count from the first day where the hub's operator vouches for them; others when what they report agrees
        with the hub's own measurements, or after about a week.
      </p>
    )}
  </section>
)

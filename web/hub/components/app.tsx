import { ATOM_PATH, INCIDENTS_PATH, pageLink } from '../links.ts'
import type { PageState } from '../state/page-state.ts'
import { CompareView } from './compare-view.tsx'
import { Footer } from './footer.tsx'
import { Freshness } from './freshness.tsx'
import { IncidentPage, IncidentsPage, OpenIncidents } from './incidents.tsx'
import { Join } from './join.tsx'
import { AllModelsLink } from './links.tsx'
import { ModelView } from './model-view.tsx'
import { Overview } from './overview.tsx'
import { Page, type PageContext } from './page-context.ts'
import { Privacy } from './privacy.tsx'
import { ProviderView } from './provider-view.tsx'

interface Props {
  readonly state: PageState
  readonly privacyUrl: string
  readonly navigate?: PageContext['navigate']
}

/** The page below the document's head. The server and the browser draw the same. */
export function App({ state, privacyUrl, navigate }: Props) {
  const { hub, map, base, isCopy, content } = state
  const home = pageLink(base, '', isCopy)
  return (
    <Page.Provider value={{ base, isCopy, navigate }}>
      <a class="skip" href="#main">
        Skip to the figures
      </a>
      <header class="top">
        <p class="brand">
          <a href={home}>{hub.name}</a>
        </p>
        <nav aria-label="Pages of this hub">
          <a href={home}>Models</a> <a href={pageLink(base, INCIDENTS_PATH, isCopy)}>Incidents</a>{' '}
          <a href={`${base}${ATOM_PATH}`}>Feed</a>
        </nav>
        <Freshness map={map} epochSeconds={hub.epoch_seconds} madeAt={state.now} />
      </header>
      <main id="main">
        <OpenIncidents open={state.open} now={state.now} />
        <Content state={state} />
        {(content.type === 'overview' || content.type === 'missing') && (
          <div class="columns">
            <Join url={state.url} hub={hub} />
            <Privacy hub={hub} privacyUrl={`${base}${privacyUrl}`} />
          </div>
        )}
      </main>
      <Footer hub={hub} isCopy={isCopy} />
    </Page.Provider>
  )
}

function Content({ state }: { state: PageState }) {
  const { content, hub } = state
  switch (content.type) {
    case 'overview':
      return <Overview state={state} content={content} />
    case 'model':
      return <ModelView content={content} k={hub.k} />
    case 'provider':
      return <ProviderView content={content} k={hub.k} />
    case 'compare':
      return <CompareView content={content} />
    case 'incidents':
      return <IncidentsPage content={content} />
    case 'incident':
      return <IncidentPage content={content} now={state.now} />
    case 'missing':
      return (
        <section class="empty">
          <h1>There is no such page</h1>
          <p>
            The map has nothing of this name. <AllModelsLink />
          </p>
        </section>
      )
  }
}

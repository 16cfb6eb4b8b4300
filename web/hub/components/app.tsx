import type { PageState } from '../state/page-state.ts'
import { Footer } from './footer.tsx'
import { Freshness } from './freshness.tsx'
import { OpenIncidents, PastIncidents } from './incidents.tsx'
import { Join } from './join.tsx'
import { ModelView } from './model-view.tsx'
import { Overview } from './overview.tsx'
import { Privacy } from './privacy.tsx'

/** The page below the document's head. The server and the browser draw the same. */
export function App({ state, privacyUrl }: { state: PageState; privacyUrl: string }) {
  const { hub, map, model } = state
  return (
    <>
      <a class="skip" href="#main">
        Skip to the figures
      </a>
      <header class="top">
        <p class="brand">
          <a href="./">{hub.name}</a>
        </p>
        <Freshness map={map} epochSeconds={hub.epoch_seconds} madeAt={state.now} />
      </header>
      <main id="main">
        <OpenIncidents incidents={state.incidents} now={state.now} />
        {model ? <ModelView state={state} model={model} /> : <Overview state={state} />}
        <PastIncidents incidents={state.incidents} />
        <div class="columns">
          <Join url={state.url} epochSeconds={hub.epoch_seconds} />
          <Privacy k={hub.k} epochSeconds={hub.epoch_seconds} privacyUrl={privacyUrl} />
        </div>
      </main>
      <Footer hub={hub} />
    </>
  )
}

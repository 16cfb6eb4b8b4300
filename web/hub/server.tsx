import { renderToString } from 'preact-render-to-string'
import type { Site } from '../../src/hub/page/site.ts'
import type { PageData } from '../../src/hub/publish/page-data.ts'
import { App } from './components/app.tsx'
import { documentOf } from './document.ts'
import { HubSite } from './site.ts'
import { EndpointIndex } from './state/endpoint-index.ts'
import type { PageState } from './state/page-state.ts'

/** File names of the browser's part, known once that is built: `scripts/build-web.ts` puts them here. */
declare const ASSETS: {
  readonly script: string
  readonly style: string
  readonly icon: string
  readonly privacy: string
}

/** The newest index, and what it is of: it lasts longer than a page, which says how old its map is. */
let newest: { readonly of: PageData; readonly index: EndpointIndex } | undefined

/** All pages of one state of a hub. Whatever a name holds, it comes out as text. */
export const createSite = (data: PageData): Site => new HubSite(data, indexOf(data), draw)

function indexOf(data: PageData): EndpointIndex {
  const { map, history, incidents, facts } = data
  const of = newest?.of
  if (newest && of?.map === map && of?.history === history && of?.incidents === incidents && of?.facts === facts)
    return newest.index
  newest = { of: data, index: new EndpointIndex(data) }
  return newest.index
}

function draw(state: PageState): string {
  const body = renderToString(<App state={state} privacyUrl={ASSETS.privacy} />)
  return documentOf({ state, body, ...ASSETS })
}

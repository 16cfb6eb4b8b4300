import { renderToString } from 'preact-render-to-string'
import type { PageData } from '../../src/hub/publish/page-data.ts'
import { App } from './components/app.tsx'
import { documentOf } from './document.ts'
import { pageState } from './state/page-state.ts'

/** File names of the browser's part, known once that is built: `scripts/build-web.ts` puts them here. */
declare const ASSETS: {
  readonly script: string
  readonly style: string
  readonly icon: string
  readonly privacy: string
}

/** The whole page as HTML. Whatever a name holds, it comes out as text. */
export function renderHubPage(data: PageData): string {
  const state = pageState(data)
  const body = renderToString(<App state={state} privacyUrl={ASSETS.privacy} />)
  return documentOf({ state, body, ...ASSETS })
}

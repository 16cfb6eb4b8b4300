import { hydrate } from 'preact'
import { App } from './components/app.tsx'
import type { PageState } from './state/page-state.ts'
import './style/index.css'

const { state, privacyUrl } = JSON.parse(document.getElementById('state')!.textContent) as {
  state: PageState
  privacyUrl: string
}
hydrate(<App state={state} privacyUrl={privacyUrl} />, document.getElementById('app')!)

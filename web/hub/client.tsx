import { hydrate, render } from 'preact'
import { App } from './components/app.tsx'
import type { PageState } from './state/page-state.ts'
import { titleOf } from './title.ts'
import './style/index.css'

interface Embedded {
  readonly state: PageState
  readonly privacyUrl: string
}

const root = document.getElementById('app')!
const embedded = JSON.parse(document.getElementById('state')!.textContent) as Embedded
/** Of the newest address that was asked for: answers that come late are for nobody. */
let asked = 0

const app = ({ state, privacyUrl }: Embedded) => <App state={state} privacyUrl={privacyUrl} navigate={navigate} />

/** Shows another view of the overview: fetched as the page that it is. */
function navigate(query: string): void {
  history.pushState(null, '', query === '?' ? location.pathname : query)
  void show()
}

async function show(): Promise<void> {
  const mine = ++asked
  try {
    const answer = await fetch(location.href)
    const text = await answer.text()
    if (mine !== asked) return
    const page = new DOMParser().parseFromString(text, 'text/html')
    const next = JSON.parse(page.getElementById('state')!.textContent) as Embedded
    document.title = titleOf(next.state)
    render(app(next), root)
  } catch {
    // The ordinary way says what is wrong.
    if (mine === asked) location.reload()
  }
}

addEventListener('popstate', () => void show())
hydrate(app(embedded), root)

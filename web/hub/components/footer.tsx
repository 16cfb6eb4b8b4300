import { ATOM_PATH } from '../links.ts'
import type { PageState } from '../state/page-state.ts'
import { useBase } from './page-context.ts'

export function Footer({ hub }: { hub: PageState['hub'] }) {
  const base = useBase()
  return (
    <footer>
      <p>
        Figures are medians over members, not over requests; prices, context and terms are what their makers publish.
        Data: <a href={`${base}v1/map`}>map</a>, <a href={`${base}v1/history.json`}>history</a>,{' '}
        <a href={`${base}v1/incidents`}>incidents</a>, <a href={`${base}${ATOM_PATH}`}>feed</a>,{' '}
        <a href={`${base}v1/hub`}>hub</a>.
      </p>
      <p>
        Maps are signed with <code>{hub.key}</code>. Commonroute.
      </p>
    </footer>
  )
}

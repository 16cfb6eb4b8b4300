import type { PageState } from '../state/page-state.ts'

export const Footer = ({ hub }: { hub: PageState['hub'] }) => (
  <footer>
    <p>
      Figures are medians over members, not over requests. Data: <a href="v1/map">map</a>,{' '}
      <a href="v1/history.json">history</a>, <a href="v1/incidents">incidents</a>, <a href="v1/hub">hub</a>.
    </p>
    <p>
      Maps are signed with <code>{hub.key}</code>. Commonroute.
    </p>
  </footer>
)

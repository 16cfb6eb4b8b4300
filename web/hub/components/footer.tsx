import { ATOM_PATH, CSV_PATH, incidentDataLink, termsLink } from '../links.ts'
import type { PageState } from '../state/page-state.ts'
import { useBase } from './page-context.ts'

/** Where the data is, and who runs the hub on what terms, as far as they say. */
export function Footer({ hub, isCopy }: Pick<PageState, 'hub' | 'isCopy'>) {
  const base = useBase()
  const { operator, contact, terms, licence, retention, mirrors = [] } = hub
  return (
    <footer>
      {(operator || contact) && (
        <p>
          {operator && `Run by ${operator}. `}
          {contact && (
            <>
              Contact: <Contact text={contact} />.
            </>
          )}
        </p>
      )}
      <p>
        {terms && (
          <>
            <a href={isWeb(terms) ? terms : termsLink(base, isCopy)} rel="noreferrer">
              Terms
            </a>
            .{' '}
          </>
        )}
        {licence && `The published data is under ${licence}. `}
        {retention}
      </p>
      {mirrors.length > 0 && (
        <p>
          The same signed map is at{' '}
          {mirrors.map((mirror, index) => (
            <span key={mirror}>
              {index > 0 && ', '}
              <a href={mirror} rel="noreferrer">
                {mirror}
              </a>
            </span>
          ))}
          .
        </p>
      )}
      <p>
        Figures are medians over members, not over requests; prices, context and terms of models are what their makers
        publish. Data: <a href={`${base}v1/map`}>signed map</a>, <a href={`${base}v1/map.json`}>JSON</a>,{' '}
        <a href={`${base}${CSV_PATH}`}>CSV</a>, <a href={`${base}v1/history.json`}>history</a>,{' '}
        <a href={incidentDataLink(base, isCopy)}>incidents</a>, <a href={`${base}${ATOM_PATH}`}>feed</a>,{' '}
        <a href={`${base}v1/hub`}>hub</a>.
      </p>
      <p>
        Maps are signed with <code>{hub.key}</code>. Commonroute.
        {hub.private && !isCopy && (
          <>
            {' '}
            <a href={`${base}sign-in`}>Sign out</a>
          </>
        )}
      </p>
    </footer>
  )
}

const isWeb = (text: string): boolean => /^https?:\/\//.test(text)

/** A link where it is a URL or a mail address; else as it stands. */
function Contact({ text }: { text: string }) {
  const href = isWeb(text) ? text : /^[^\s@<>"]+@[^\s@<>"]+$/.test(text) ? `mailto:${text}` : undefined
  return href ? (
    <a href={href} rel="noreferrer">
      {text}
    </a>
  ) : (
    text
  )
}

import type { ComponentChildren } from 'preact'
import { incidentPath, modelPath, providerPath } from '../links.ts'
import { useBase, useNavigate, usePageLink } from './page-context.ts'

export const ModelLink = ({ name, children }: { name: string; children?: ComponentChildren }) => (
  <a href={usePageLink(modelPath(name))}>{children ?? name}</a>
)

export const ProviderLink = ({ name, children }: { name: string; children?: ComponentChildren }) => (
  <a href={usePageLink(providerPath(name))}>{children ?? name}</a>
)

export const IncidentLink = ({ id, children }: { id: string; children: ComponentChildren }) => (
  <a href={usePageLink(incidentPath(id))}>{children}</a>
)

/** To the overview without a view of it. */
export const AllModelsLink = () => <a href={usePageLink('')}>All models</a>

interface ViewLinkProps {
  readonly query: string
  readonly class?: string
  readonly rel?: string
  readonly children: ComponentChildren
}

/** Another view of the overview: the page stays where it is when the browser can do that. */
export function ViewLink({ query, children, ...rest }: ViewLinkProps) {
  const base = useBase()
  const navigate = useNavigate()
  const follow = (event: MouseEvent) => {
    if (!navigate || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    navigate(query)
  }
  return (
    <a {...rest} href={`${base}${query}`} onClick={follow}>
      {children}
    </a>
  )
}

import { formatTime, plural } from '../format.ts'
import type { ProviderState } from '../state/pages.ts'
import { EndpointTable } from './endpoint-table.tsx'
import { PastIncidents } from './incidents.tsx'
import { AllModelsLink } from './links.tsx'
import { useBase, useIsCopy } from './page-context.ts'
import { Uptime } from './parts.tsx'

/** More models than these are not all shown on a phone. */
const SHORT = 15

/** One provider: its models, how they do, and what it says of prompts. */
export function ProviderView({ content, k }: { content: ProviderState; k: number }) {
  const { name, facts, figures, rows, count, incidents } = content
  const base = useBase()
  const isShort = count > SHORT && !useIsCopy()
  return (
    <>
      <div class="title">
        <h1>{facts?.title ?? name}</h1>
        <p>
          <AllModelsLink />
        </p>
      </div>
      <dl class="facts">
        <dt>Endpoints here</dt>
        <dd>{plural(count, 'model')}</dd>
        {figures?.success !== undefined && (
          <>
            <dt>Requests that went well</dt>
            <dd>
              <Uptime value={figures.success} />
            </dd>
          </>
        )}
        {figures?.ttft50 !== undefined && (
          <>
            <dt>Time to first token</dt>
            <dd>{formatTime(figures.ttft50)}</dd>
          </>
        )}
        <dt>Prompts and answers are</dt>
        <dd>
          {facts?.zdr === undefined ? 'not known to be deleted at once' : facts.zdr ? 'not kept' : 'kept for a while'}
        </dd>
        <dt>Training on them</dt>
        <dd>
          {facts?.dataCollection === undefined ? 'not known' : facts.dataCollection === 'deny' ? 'no' : 'possible'}
        </dd>
        {facts?.region && (
          <>
            <dt>Where they are worked on</dt>
            <dd>{facts.region}</dd>
          </>
        )}
        {facts?.policySource && (
          <>
            <dt>Says who</dt>
            <dd>
              <a href={facts.policySource} rel="noreferrer">
                {new URL(facts.policySource).host}
              </a>
            </dd>
          </>
        )}
      </dl>
      {rows.length > 0 ? (
        <EndpointTable
          oneProvider
          isShort={isShort}
          groups={[{ name: '', rows, count }]}
          caption={`Models at ${name}, over all regions and kinds of requests.`}
        />
      ) : (
        <p class="notice">
          The map has no endpoint of this provider: nobody asks for one, or fewer than {k} independent members do.
        </p>
      )}
      {isShort && (
        <p class="actions">
          <a href={`${base}?provider=${encodeURIComponent(name)}&show=all`} class="button">
            Show all {plural(count, 'model')}
          </a>
        </p>
      )}
      <PastIncidents incidents={incidents} />
    </>
  )
}

import type { IncomingHttpHeaders } from 'node:http'
import type { AttemptRecord, JsonObject, Operation } from '../plugins/api.ts'
import type { RoutingFacts } from '../routing/ports.ts'

const ANSWERING: ReadonlySet<Operation> = new Set<Operation>(['chat', 'completion'])

/**
 * The client asks to see how its request was routed:
 * https://openrouter.ai/docs/guides/routing/routers/router-metadata
 */
export const wantsMetadata = (headers: IncomingHttpHeaders, operation: Operation): boolean =>
  (isEnabled(headers['x-openrouter-metadata']) || isEnabled(headers['x-openrouter-experimental-metadata'])) &&
  ANSWERING.has(operation)

const isEnabled = (value: string | string[] | undefined) =>
  typeof value === 'string' && value.toLowerCase() === 'enabled'

/** OpenRouter's `openrouter_metadata`. `endpoint`: who answered; undefined when nobody did. */
export function routerMetadata(facts: RoutingFacts, endpoint: string | undefined): JsonObject {
  const { requested, candidates, excluded, attempts, isSelected } = facts
  const answered = candidates.find((candidate) => candidate.endpoint.id === endpoint)
  const failed = attempts.filter((attempt) => attempt.endpoint !== endpoint || attempt.kind !== 'ok')
  const modelOf = (id: string) => candidates.find((candidate) => candidate.endpoint.id === id)?.model ?? requested
  return {
    requested,
    strategy: isSelected ? 'auto' : answered && answered.model !== candidates[0]!.model ? 'fallback' : 'direct',
    region: null,
    summary: `available=${candidates.length}, selected=${endpoint === undefined ? 'none' : providerOf(endpoint)}`,
    attempt: failed.length + (endpoint === undefined ? 0 : 1),
    is_byok: attempts.some((attempt) => attempt.byok),
    endpoints: {
      total: candidates.length + excluded,
      available: candidates.map((candidate) => ({
        provider: providerOf(candidate.endpoint.id),
        model: candidate.model,
        selected: candidate === answered,
      })),
    },
    attempts: [
      ...failed.map((attempt) => ({
        provider: providerOf(attempt.endpoint),
        model: modelOf(attempt.endpoint),
        status: statusOf(attempt),
      })),
      ...(endpoint === undefined ? [] : [{ provider: providerOf(endpoint), model: modelOf(endpoint), status: 200 }]),
    ],
    pipeline: [],
  }
}

const providerOf = (endpoint: string) => endpoint.split('/', 1)[0]!

/** Of an attempt that got none, what it comes to: a gateway's time-out, or a bad gateway. */
const statusOf = ({ status, kind }: AttemptRecord) => status ?? (kind.startsWith('provider_timeout') ? 504 : 502)

import type { Failure, OutcomeKind } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'

/** What the model that is loaded cannot do; another endpoint of the same model may. Source: server/routes.go. */
const CANNOT =
  /does not support (?:thinking|tools|chat|generate|insert|vision|embeddings?)|missing data required for image input/i

/** Source: llm/server.go and server/sched.go; a moment later, or with another model unloaded, it is there. */
const NO_ROOM = /requires more system memory|out of memory|maximum pending requests|timed out waiting for llama runner/i

/** Ollama's errors are a text alone: `{ error }`, with a status or as a line of the stream. */
export function classifyOllama(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string,
  now: number,
): Failure {
  const failure = classifyError(status, headers, body, now)
  if (CANNOT.test(failure.message)) return { ...failure, kind: 'provider_not_found', about: 'request' }
  const kind: OutcomeKind = NO_ROOM.test(failure.message) ? 'provider_overloaded' : failure.kind
  return kind === failure.kind ? failure : { ...failure, kind }
}

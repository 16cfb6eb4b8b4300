import { sessionIn } from '../../base/client-marks.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Call, Conversation } from '../../routing/ports.ts'
import { HASHED_END, promptIn, TextHash } from './text-hash.ts'
import { type Turn, turnsIn } from './turns.ts'

/** Characters of a system prompt that tell its task. */
const TASK_HEAD = 512

/**
 * OpenRouter's rule (openrouter.ai/docs, prompt caching): `session_id`, else `prompt_cache_key`, else the opening: the
 * first system or developer message and the first other one. Claude Code's session, in its `metadata.user_id`, is as
 * good as a `session_id`. Undefined when there is none of them.
 */
export function conversationOf(call: Call): Conversation | undefined {
  const { body } = call
  const session = body.session_id ?? call.headers['x-session-id']
  if (typeof session === 'string' && session !== '') return { key: `s:${session.slice(0, 256)}`, named: true }
  const own = sessionIn((body.metadata as JsonObject | null | undefined)?.user_id ?? body.user)
  if (own !== undefined) return { key: `s:${own}`, named: true }
  const cacheKey = body.prompt_cache_key
  if (typeof cacheKey === 'string' && cacheKey !== '') return { key: `k:${cacheKey.slice(0, 256)}`, named: false }
  const hash = call.operation === 'chat' ? openingHash(body) : undefined
  return hash === undefined ? undefined : { key: `o:${hash}`, named: false }
}

/** The same for a request that comes again, also with more turns behind its opening. */
export function requestHash({ body, raw, operation }: Call): string {
  const opening = operation === 'chat' ? openingHash(body) : undefined
  if (opening !== undefined) return opening
  const hash = new TextHash()
  hash.add(raw.toString('latin1', 0, HASHED_END))
  hash.add(raw.toString('latin1', Math.max(0, raw.length - HASHED_END)))
  return hash.text()
}

/** The task that the client says a request belongs to, for model selectors: `metadata.task`. */
export function namedTask({ body }: Call): string | undefined {
  const { task } = (body.metadata ?? {}) as JsonObject
  return typeof task === 'string' && task !== '' ? task.slice(0, 64) : undefined
}

/** A hash of the head of its system prompt (a tail often holds a date or a name); undefined without one. */
export function rulesHash({ body }: Call): string | undefined {
  const isRule = (turn: Turn) => turn?.role === 'system' || turn?.role === 'developer'
  const rule = body.system ?? body.instructions ?? turnsIn(body).find(isRule)?.content
  const first = (Array.isArray(rule) ? rule.map((part: JsonObject | null) => part?.text) : [rule])
    .map(promptIn)
    .find((text) => text !== '')
  if (first === undefined) return undefined
  const hash = new TextHash()
  hash.add(first.slice(0, TASK_HEAD))
  return hash.text()
}

/**
 * True when a part of the request asks its upstream to cache for an hour (`cache_control: { ttl: "1h" }`, in any of the
 * places for it).
 */
export function cachesForAnHour(body: JsonObject): boolean {
  if (hasHourTtl(body) || anyHasHourTtl(body.system) || anyHasHourTtl(body.tools)) return true
  for (const turns of [body.messages, body.input]) {
    if (!Array.isArray(turns)) continue
    for (const turn of turns as (JsonObject | null)[]) if (hasHourTtl(turn) || anyHasHourTtl(turn?.content)) return true
  }
  return false
}

const anyHasHourTtl = (parts: unknown) => Array.isArray(parts) && parts.some(hasHourTtl)

const hasHourTtl = (part: JsonObject | null | undefined) =>
  (part?.cache_control as JsonObject | null | undefined)?.ttl === '1h'

/**
 * Of the opening in the grammars of chat: `messages` (OpenAI, with Anthropic's `system` beside it), `instructions` and
 * `input` (Responses).
 */
function openingHash(body: JsonObject): string | undefined {
  const turns = Array.isArray(body.messages) ? body.messages : body.input
  const hash = new TextHash()
  hash.add(body.system ?? body.instructions)
  if (typeof turns === 'string') {
    hash.add(turns)
    return hash.key()
  }
  if (!Array.isArray(turns)) return undefined
  let rules = false
  // By index: an iterator gives an object for each.
  for (let at = 0; at < turns.length; at++) {
    const turn = turns[at] as JsonObject | null
    const isRule = turn?.role === 'system' || turn?.role === 'developer'
    if (isRule && rules) continue
    hash.add(turn?.content)
    if (!isRule) return hash.key()
    rules = true
  }
  return undefined
}

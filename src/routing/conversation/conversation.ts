import { sessionIn, withoutBillingLine } from '../../base/client-marks.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Call } from '../ports.ts'

/** What a conversation is recognised by. */
export interface Conversation {
  /** Not unique across clients or models: `Affinity` keys add both. */
  readonly key: string
  /** The client named it by `session_id`; else it is worth keeping in one place only once a prompt cache has been seen. */
  readonly named: boolean
}

/** Characters hashed of each end of a text: enough to tell openings apart, and cheap for a prompt of any length. */
const ENDS = 1024
/** Characters of a system prompt that tell its task. */
const TASK_HEAD = 512

/**
 * OpenRouter's rule (openrouter.ai/docs, prompt caching): `session_id`, else `prompt_cache_key`, else the opening: the first system or
 * developer message and the first other one. Claude Code's session, in its `metadata.user_id`, is as good as a `session_id`. Undefined when
 * there is none of them.
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
  hash.add(raw.toString('latin1', 0, ENDS))
  hash.add(raw.toString('latin1', Math.max(0, raw.length - ENDS)))
  return hash.text()
}

/**
 * The task that a request belongs to, for model selectors: `metadata.task` when the client says so, else the head of its system prompt as a hash (a
 * tail often holds a date or a name); `-` for neither.
 */
export function taskOf({ body }: Call): string {
  const { task } = (body.metadata ?? {}) as JsonObject
  if (typeof task === 'string' && task !== '') return task.slice(0, 64)
  const turns = Array.isArray(body.messages) ? body.messages : Array.isArray(body.input) ? body.input : []
  const isRule = (turn: JsonObject | null) => turn?.role === 'system' || turn?.role === 'developer'
  const rule = body.system ?? body.instructions ?? (turns as (JsonObject | null)[]).find(isRule)?.content
  const first = (Array.isArray(rule) ? rule.map((part: JsonObject | null) => part?.text) : [rule]).map(promptIn).find((text) => text !== '')
  if (first === undefined) return '-'
  const hash = new TextHash()
  hash.add(first.slice(0, TASK_HEAD))
  return hash.text()
}

/** What of a part is prompt. */
const promptIn = (text: unknown): string => (typeof text === 'string' ? withoutBillingLine(text) : '')

/** True when a part of the request asks its upstream to cache for an hour (`cache_control: { ttl: "1h" }`, in any of the places for it). */
export function cachesForAnHour(body: JsonObject): boolean {
  if (lasts(body) || anyLasts(body.system) || anyLasts(body.tools)) return true
  for (const turns of [body.messages, body.input]) {
    if (!Array.isArray(turns)) continue
    for (const turn of turns as (JsonObject | null)[]) if (lasts(turn) || anyLasts(turn?.content)) return true
  }
  return false
}

const anyLasts = (parts: unknown) => Array.isArray(parts) && parts.some(lasts)

const lasts = (part: JsonObject | null | undefined) => (part?.cache_control as JsonObject | null | undefined)?.ttl === '1h'

/** Of the opening in the grammars of chat: `messages` (OpenAI, with Anthropic's `system` beside it), `instructions` and `input` (Responses). */
function openingHash(body: JsonObject): string | undefined {
  const turns = Array.isArray(body.messages) ? body.messages : body.input
  const hash = new TextHash()
  hash.add(body.system ?? body.instructions)
  if (typeof turns === 'string') {
    hash.add(turns)
    return hash.text()
  }
  if (!Array.isArray(turns)) return undefined
  let rules = false
  for (const turn of turns as (JsonObject | null)[]) {
    const isRule = turn?.role === 'system' || turn?.role === 'developer'
    if (isRule && rules) continue
    hash.add(turn?.content)
    if (!isRule) return hash.text()
    rules = true
  }
  return undefined
}

/** A 53-bit hash over texts: two multiplicative lanes (Knuth's constants, Murmur's finish). Not against an adversary: a clash costs a cache. */
class TextHash {
  #a = 0xdeadbeef
  #b = 0x41c6ce57

  /** A text, or the texts of an array of content parts. */
  add(content: unknown): void {
    if (typeof content === 'string') this.#text(withoutBillingLine(content))
    else if (Array.isArray(content)) for (const part of content as (JsonObject | null)[]) this.#part(part)
    this.#mix(0x1f)
  }

  text(): string {
    const high = Math.imul(this.#a ^ (this.#a >>> 16), 2246822507) ^ Math.imul(this.#b ^ (this.#b >>> 13), 3266489909)
    const low = Math.imul(this.#b ^ (this.#b >>> 16), 2246822507) ^ Math.imul(this.#a ^ (this.#a >>> 13), 3266489909)
    return (4294967296 * (2097151 & low) + (high >>> 0)).toString(36)
  }

  #part(part: JsonObject | null): void {
    const text = promptIn(part?.text)
    if (text !== '') this.#text(text)
    const media = part?.image_url ?? part?.source
    const data = typeof media === 'string' ? media : ((media as JsonObject | undefined)?.url ?? (media as JsonObject | undefined)?.data)
    if (typeof data === 'string') this.#text(data)
  }

  #text(text: string): void {
    // In locals, which is three times faster here.
    let a = this.#a
    let b = this.#b
    const head = Math.min(text.length, ENDS)
    const tail = Math.max(head, text.length - ENDS)
    for (let i = 0; i < text.length; i = i + 1 === head ? tail : i + 1) {
      const code = text.charCodeAt(i)
      a = Math.imul(a ^ code, 2654435761)
      b = Math.imul(b ^ code, 1597334677)
    }
    this.#a = a
    this.#b = b
    this.#mix(text.length)
  }

  #mix(value: number): void {
    this.#a = Math.imul(this.#a ^ value, 2654435761)
    this.#b = Math.imul(this.#b ^ value, 1597334677)
  }
}

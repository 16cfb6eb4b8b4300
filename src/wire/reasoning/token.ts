/**
 * The router's own signature of reasoning: what a client of a wire with signatures (Messages) keeps with the reasoning
 * of a maker that has none, and gives back. It says who made it, so that no other maker ever gets it, and carries what
 * the client's wire has no place for. Nothing in it is secret and nothing is believed: it is text of the client's, read
 * by its form.
 */
import type { JsonObject } from '../../plugins/api.ts'
import { isObject, listOf } from '../untyped.ts'
import { REASONING_KEYS } from '../wires/openai-chat/spoken.ts'

/**
 * Where a maker of `openai-chat` put the text of its reasoning, and wants it back. `thinking-parts`: as parts of the
 * content (Mistral).
 */
export type TextField = (typeof REASONING_KEYS)[number] | 'thinking-parts'

export interface Origin {
  /** `<provider>/<upstream model>`. */
  readonly maker: string
  /** The text stands beside, in the client's block. Absent: there is none, or it is in the details. */
  readonly field?: TextField
  /** The maker's `reasoning_details`, to go back as they came. */
  readonly details?: readonly JsonObject[]
  readonly calls?: readonly CallExtra[]
}

/** The `extra_content` of a tool call (Google's thought signatures). */
export interface CallExtra {
  /** The call's id, empty when it had none, and its place among the calls of its answer. */
  readonly id: string
  readonly at: number
  readonly extra: JsonObject
}

/** Never the beginning of a signature of Claude's, which are base64. */
const PREFIX = 'router.1.'
const FIELDS: ReadonlySet<unknown> = new Set<TextField>([...REASONING_KEYS, 'thinking-parts'])

export const tokenOf = (origin: Origin): string => PREFIX + Buffer.from(JSON.stringify(origin)).toString('base64url')

/** True for every version of the router's own signature, also for one that cannot be read. */
export const isToken = (signature: unknown): signature is string =>
  typeof signature === 'string' && /^router\.\d+\./.test(signature)

/** Undefined for what is no token of this version, or was changed on its way. */
export function readToken(signature: unknown): Origin | undefined {
  if (typeof signature !== 'string' || !signature.startsWith(PREFIX)) return undefined
  const value = parsed(Buffer.from(signature.slice(PREFIX.length), 'base64url').toString())
  if (!isObject(value) || typeof value.maker !== 'string') return undefined
  const details = listOf(value.details).filter(isObject)
  const calls = listOf(value.calls).filter(isCallExtra)
  return {
    maker: value.maker,
    ...(FIELDS.has(value.field) ? { field: value.field as TextField } : {}),
    ...(details.length > 0 ? { details } : {}),
    ...(calls.length > 0 ? { calls } : {}),
  }
}

const isCallExtra = (value: unknown): value is CallExtra & JsonObject =>
  isObject(value) && typeof value.id === 'string' && typeof value.at === 'number' && isObject(value.extra)

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Opaque parts (signatures, encrypted reasoning) belong to one model at one provider. */
export const madeBy = (origin: Origin, maker: string): boolean => origin.maker === maker

/** Plain text belongs to the company, or to the model wherever it runs. */
export function writtenBy({ maker }: Origin, other: string): boolean {
  return maker.split('/', 1)[0] === other.split('/', 1)[0] || modelOf(maker) === modelOf(other)
}

/** `deepseek-v3` of `together/deepseek-ai/DeepSeek-V3`. */
const modelOf = (maker: string): string => maker.slice(maker.lastIndexOf('/') + 1).toLowerCase()

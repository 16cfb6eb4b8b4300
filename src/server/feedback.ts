import type { FastifyInstance } from 'fastify'
import { RouterError } from '../base/errors.ts'
import type { JsonObject } from '../plugins/api.ts'
import { clientGone } from './client-gone.ts'
import { parseObject } from './request-body.ts'

/** OpenRouter's categories; the first three are about the answer itself. */
const CATEGORIES = [
  'incorrect_response',
  'incoherence',
  'formatting',
  'latency',
  'billing',
  'api_error',
  'other',
] as const
const ABOUT_ANSWER: ReadonlySet<string> = new Set(CATEGORIES.slice(0, 3))
const SIGNALS = ['score', 'thumbs', 'retried', 'category'] as const
const MAX_COMMENT_LENGTH = 10_000
/** Asking again may mean many things. */
const RETRIED_WEIGHT = 0.5

export interface Feedback {
  readonly id: string
  readonly signal: (typeof SIGNALS)[number]
  readonly category?: string
  /** Absent when it says nothing of the answer's quality. */
  readonly opinion?: { readonly score: number; readonly weight: number; readonly implied: boolean }
}

/**
 * True when it counts; undefined for an id that is not on record, or is another `client`'s (the fingerprint of its
 * key). `signal`: nobody waits for it any more.
 */
export type TakeFeedback = (
  feedback: Feedback,
  client: string | undefined,
  signal: AbortSignal,
) => Promise<boolean | undefined>

/**
 * `POST feedback` and, in OpenRouter's shape, `POST generation/feedback`: both take both bodies. Relative to a prefix.
 */
export function feedbackRoutes(app: FastifyInstance, take: TakeFeedback): void {
  for (const path of ['/feedback', '/generation/feedback']) {
    app.post(path, async (request, reply) => {
      const feedback = readFeedback(parseObject((request.body as Buffer | undefined) ?? Buffer.alloc(0)))
      const counted = await take(feedback, request.client?.fingerprint, clientGone(reply))
      if (counted === undefined) {
        throw new RouterError('ROUTER_GENERATION_NOT_FOUND', {
          id: feedback.id,
          hint: ' The id is in the header x-generation-id.',
        })
      }
      return { data: { success: true, id: feedback.id, counted, score: feedback.opinion?.score ?? null } }
    })
  }
}

/**
 * `generation_id` (or `id`) and exactly one of: `score`, 0 to 1; `thumbs`, `up` (1) or `down` (0); `retried: true`, the
 * user asked again (0, at half weight, unless something else is said); `category`, OpenRouter's. A `comment` is
 * accepted and not kept. Throws ROUTER_BAD_REQUEST.
 */
export function readFeedback(body: JsonObject): Feedback {
  const id = body.generation_id ?? body.id
  if (typeof id !== 'string' || id === '' || id.length > 256)
    throw bad('"generation_id" must name a generation, e.g. "gen-..."')
  if (body.comment !== undefined && (typeof body.comment !== 'string' || body.comment.length > MAX_COMMENT_LENGTH)) {
    throw bad(`"comment" must be a string of up to ${MAX_COMMENT_LENGTH} characters`)
  }
  const given = SIGNALS.filter((name) => body[name] !== undefined && body[name] !== null)
  const [signal] = given
  if (!signal || given.length > 1)
    throw bad(`one of ${SIGNALS.map((name) => `"${name}"`).join(', ')} is needed, and only one`)
  const opinion = OPINIONS[signal](body[signal])
  return { id, signal, ...(signal === 'category' && { category: String(body.category) }), ...(opinion && { opinion }) }
}

const explicit = (score: number) => ({ score, weight: 1, implied: false })

const OPINIONS: Readonly<Record<Feedback['signal'], (value: unknown) => Feedback['opinion']>> = {
  score: (value) => {
    if (typeof value === 'number' && value >= 0 && value <= 1) return explicit(value)
    throw bad('"score" must be a number from 0 (useless) to 1 (right)')
  },
  thumbs: (value) => {
    if (value === 'up' || value === 'down') return explicit(value === 'up' ? 1 : 0)
    throw bad('"thumbs" must be "up" or "down"')
  },
  retried: (value) => {
    if (value === true) return { score: 0, weight: RETRIED_WEIGHT, implied: true }
    throw bad('"retried" must be true, or left out')
  },
  category: (value) => {
    if (!(CATEGORIES as readonly unknown[]).includes(value))
      throw bad(`"category" must be one of ${CATEGORIES.join(', ')}`)
    return ABOUT_ANSWER.has(value as string) ? explicit(0) : undefined
  },
}

const bad = (reason: string) => new RouterError('ROUTER_BAD_REQUEST', { reason: `Feedback: ${reason}.` })

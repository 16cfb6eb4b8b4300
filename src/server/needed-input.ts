import { isObject } from '../base/json/is-object.ts'
import type { JsonObject } from '../plugins/api.ts'
import { badParameter } from './bad-parameter.ts'
import { type ReadBody, readJson, readUnstreamed } from './request-body.ts'

/**
 * What a surface cannot do without. An upstream would be asked, and blamed, for nothing; each of these throws
 * ROUTER_BAD_REQUEST.
 */
type Need = (body: JsonObject) => void

const needing =
  (read: ReadBody, need: Need): ReadBody =>
  (bytes, contentType) => {
    const request = read(bytes, contentType)
    need(request.body)
    return request
  }

const needMessages: Need = ({ messages }) => {
  if (!Array.isArray(messages) || messages.length === 0)
    throw badParameter('messages', 'must be a list with at least one message')
  const at = messages.findIndex((message) => !isObject(message))
  if (at >= 0)
    throw badParameter('messages', `must hold objects such as {"role": "user", "content": "Hi"}; item ${at} is none`)
}

/** A turn that its upstream has not finished goes on without a new message. */
const needTurn: Need = (body) => {
  if (isObject(body.thread) && body.thread.type === 'continue' && Array.isArray(body.messages)) return
  needMessages(body)
}

/** OpenRouter's clients may send a `prompt`. */
const needChat: Need = (body) => {
  if (body.messages === undefined && typeof body.prompt === 'string') return
  needMessages(body)
}

/** What stands for the input of a request that has none of its own. */
const CONTINUES = ['previous_response_id', 'conversation', 'prompt'] as const

const needResponsesInput: Need = (body) => {
  const { input } = body
  if (input === undefined || input === null) {
    if (CONTINUES.some((name) => body[name] !== undefined && body[name] !== null)) return
    throw badParameter('input', 'is missing: send a text, or a list of items')
  }
  if (typeof input === 'string') return
  if (!Array.isArray(input)) throw badParameter('input', 'must be a text or a list of items')
  if (input.length === 0 && !CONTINUES.some((name) => body[name]))
    throw badParameter('input', 'must have at least one item')
  const at = input.findIndex((item) => !isObject(item))
  if (at >= 0)
    throw badParameter('input', `must hold objects such as {"role": "user", "content": "Hi"}; item ${at} is none`)
}

/** Some servers embed a conversation (`messages`). */
const needEmbeddingInput: Need = (body) => {
  const { input } = body
  if (input === undefined && body.messages !== undefined) return needMessages(body)
  if (!isTexts(input) && !isPieces(input)) throw badParameter('input', 'must be a text, a list of texts, or tokens')
}

const needPrompt: Need = (body) => {
  if (!isTexts(body.prompt) && body.prompt_embeds === undefined)
    throw badParameter('prompt', 'must be a text, a list of texts, or tokens')
}

const needImagePrompt: Need = ({ prompt }) => {
  if (typeof prompt !== 'string' || prompt === '') throw badParameter('prompt', 'must be a text that says what to draw')
}

const needModerated: Need = ({ input }) => {
  if (typeof input !== 'string' && !isPieces(input))
    throw badParameter(
      'input',
      'must be a text, a list of texts, or a list of objects such as {"type": "text", "text": "Hi"}',
    )
}

const needRanking: Need = ({ query, documents }) => {
  if ((typeof query !== 'string' || query === '') && !isObject(query))
    throw badParameter('query', 'must be the text that documents are compared with')
  if (!isPieces(documents)) throw badParameter('documents', 'must be a list of texts, with at least one')
}

/** A list, not empty, of texts, or of objects that hold a text or an image. */
const isPieces = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every((item) => isText(item) || isObject(item))

/** A text, or a list, not empty, of texts, of tokens, or of lists of tokens. */
const isTexts = (value: unknown) =>
  typeof value === 'string' || (Array.isArray(value) && value.length > 0 && (value.every(isText) || isTokens(value)))

const isTokens = (list: readonly unknown[]) =>
  list.every(isToken) || list.every((item) => Array.isArray(item) && item.length > 0 && item.every(isToken))

const isText = (item: unknown) => typeof item === 'string'
const isToken = (item: unknown) => typeof item === 'number' && Number.isInteger(item)

/** What OpenAI's API takes for granted of a request without a model: its clients leave it out. */
function readWithModel(model: string): ReadBody {
  return (bytes, contentType) => {
    const read = readUnstreamed(bytes, contentType)
    if (read.body.model !== undefined && read.body.model !== null) return read
    if (Array.isArray(read.body.models) && read.body.models.length > 0) return read
    const body = { ...read.body, model }
    return { ...read, body, raw: Buffer.from(JSON.stringify(body)) }
  }
}

export const readChat = needing(readJson, needChat)
export const readMessages = needing(readJson, needTurn)
export const readResponses = needing(readJson, needResponsesInput)
export const readMessagesCount = needing(readUnstreamed, needMessages)
export const readResponsesCount = needing(readUnstreamed, needResponsesInput)
export const readCompletion = needing(readJson, needPrompt)
export const readEmbedding = needing(readUnstreamed, needEmbeddingInput)
export const readImage = needing(readJson, needImagePrompt)
export const readModeration = needing(readWithModel('omni-moderation-latest'), needModerated)
export const readRanking = needing(readUnstreamed, needRanking)

/** Voyage's clients, who know `top_k`, want its answer. */
export const readRerank: ReadBody = (bytes, contentType) => {
  const read = readRanking(bytes, contentType)
  const { top_k, top_n } = read.body
  return top_k !== undefined && top_n === undefined ? { ...read, wire: 'voyage-rerank' } : read
}

/** A whole `chat.completion` as a `gemini` answer. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { toolInputOrWrapped } from '../../../json-text.ts'
import { callExtra, KeptOrigin, plainReasoning, shownText } from '../../../reasoning/details.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { mendedWhole } from '../../../tool-calls/mend.ts'
import { ToolCallTable } from '../../../tool-calls/table.ts'
import { compact, isErrorGiven, isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { usageIn } from '../../../usage/usage-places.ts'
import { callEntries, contentText } from '../../openai-chat/spoken.ts'
import { chatFinishReason } from '../../openai-chat/stop-reasons.ts'
import { geminiReason } from '../finish-reasons.ts'
import { sealed } from '../own-signatures.ts'
import { usageFromHub } from '../usage.ts'
import { errorFromHub } from './error.ts'

export function responseFromHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return errorFromHub(body)
  const choices = listOf(body.choices).map(objectOf)
  return compact({
    candidates: choices.map((choice, at) => candidateOf(choice, at, context)),
    usageMetadata: usageFromHub(usageIn(body)),
    modelVersion: stringOf(body.model) || context.model,
    responseId: stringOf(body.id) || context.id,
  })
}

function candidateOf(choice: JsonObject, at: number, context: ConvertContext): JsonObject {
  const message = objectOf(choice.message)
  const table = callTable(context)
  const given = callEntries(message)
  const calls = mendedWhole(table, given) ?? given
  const kept = new KeptOrigin(context)
  const thought = keepThoughts(message, kept)
  for (const [place, call] of calls.entries()) {
    const extra = callExtra(call, place)
    if (extra) kept.extra(extra)
  }
  const content = [...textParts(contentText(message.content) + stringOf(message.refusal)), ...pictures(message)]
  const parts = [...content, ...calls.map(callPart)]
  return {
    content: { role: 'model', parts: [...thoughtParts(thought), ...signedParts(parts, kept)] },
    finishReason: geminiReason(chatFinishReason(choice.finish_reason)),
    index: choice.index ?? at,
  }
}

export const callTable = (context: ConvertContext): ToolCallTable => new ToolCallTable({ ids: new CallIds(context.id) })

export const textParts = (text: string): JsonObject[] => (text === '' ? [] : [{ text }])
export const thoughtParts = (text: string): JsonObject[] => (text === '' ? [] : [{ text, thought: true }])

export function callPart(call: JsonObject): JsonObject {
  const { name, arguments: given } = objectOf(call.function)
  return { functionCall: { id: call.id, name: stringOf(name), args: toolInputOrWrapped(given) } }
}

/** OpenRouter's `images`, and speech. */
export function pictures(message: JsonObject): JsonObject[] {
  const parts: JsonObject[] = []
  for (const image of listOf(message.images)) {
    const url = stringOf(objectOf(objectOf(image).image_url).url)
    const [, mimeType, data] = /^data:([^;,]+);base64,(.*)$/s.exec(url) ?? []
    if (data !== undefined) parts.push({ inlineData: { mimeType, data } })
  }
  const { data } = objectOf(message.audio)
  if (typeof data === 'string') parts.push({ inlineData: { mimeType: 'audio/wav', data } })
  return parts
}

/** The text of the reasoning of a message or delta that may be shown; all of it is kept for its maker. */
export function keepThoughts(message: JsonObject, kept: KeptOrigin): string {
  const details = listOf(message.reasoning_details).filter(isObject)
  for (const detail of details) kept.fragment(detail)
  const shown = details.map(shownText).join('')
  if (shown !== '') return shown
  const { text, field } = plainReasoning(message)
  if (text !== '') kept.plain(field)
  return text
}

/**
 * The router's own signature where Gemini's clients keep one for sure: at the first call, else at the last part. Some of
 * them leave thoughts out of their history.
 */
export function signedParts(parts: JsonObject[], kept: KeptOrigin): JsonObject[] {
  if (kept.isEmpty) return parts
  const thoughtSignature = sealed(kept.token())
  const call = parts.findIndex((part) => part.functionCall !== undefined)
  const at = call >= 0 ? call : parts.length - 1
  if (at < 0) return [{ text: '', thoughtSignature }]
  return parts.map((part, place) => (place === at ? { ...part, thoughtSignature } : part))
}

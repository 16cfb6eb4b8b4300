/** A whole `gemini` answer as a `chat.completion`. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { toolArguments } from '../../../json-text.ts'
import { objects } from '../../../read/meter.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { isErrorGiven, isObject, objectOf, stringOf } from '../../../untyped.ts'
import { finishReasonOf } from '../finish-reasons.ts'
import { usageToHub } from '../usage.ts'
import { errorToHub } from './error.ts'
import { callExtraOf, signatureDetail, textDetail } from './signatures.ts'

export function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return errorToHub(body)
  const candidates = objects(body.candidates)
  // A prompt that is blocked has no candidates.
  const given = candidates.length > 0 ? candidates : [{ finishReason: 'SAFETY', ...refusalOf(body) }]
  return {
    id: stringOf(body.responseId) || context.id,
    object: 'chat.completion',
    created: context.created,
    model: stringOf(body.modelVersion) || context.model,
    choices: given.map((candidate, at) => choiceOf(candidate, at, context)),
    usage: usageToHub(objectOf(body.usageMetadata)),
  }
}

/** Why a prompt was blocked. */
export function refusalOf(body: JsonObject): { finishMessage: string } {
  const { blockReason, blockReasonMessage } = objectOf(body.promptFeedback)
  return {
    finishMessage: stringOf(blockReasonMessage) || `The prompt was blocked: ${stringOf(blockReason) || 'OTHER'}`,
  }
}

function choiceOf(candidate: JsonObject, at: number, context: ConvertContext): JsonObject {
  const parts = objects(objectOf(candidate.content).parts)
  const message = messageOf(parts, context, at)
  const finish = finishReasonOf(candidate.finishReason, message.tool_calls !== undefined) ?? 'stop'
  const refusal = finish === 'content_filter' ? stringOf(candidate.finishMessage) || null : null
  return {
    index: candidate.index ?? at,
    message: { ...message, refusal },
    logprobs: logprobsOf(candidate.logprobsResult),
    finish_reason: finish,
    native_finish_reason: candidate.finishReason ?? null,
  }
}

function messageOf(parts: readonly JsonObject[], context: ConvertContext, choice: number): JsonObject {
  const ids = new CallIds(context.id)
  let content = ''
  let reasoning = ''
  let signature = ''
  const calls: JsonObject[] = []
  const images: JsonObject[] = []
  let audio: JsonObject | undefined
  for (const part of parts) {
    if (isObject(part.functionCall)) {
      const place = choice === 0 ? calls.length : `${choice}_${calls.length}`
      calls.push(callOf(part, ids.of(part.functionCall.id, place), context.maker))
      continue
    }
    signature = stringOf(part.thoughtSignature) || signature
    if (part.thought === true) reasoning += stringOf(part.text)
    else content += textIn(part)
    const image = imageOf(part)
    if (image) images.push(image)
    else audio ??= audioOf(part, context)
  }
  const details = [
    ...(reasoning === '' ? [] : [textDetail(reasoning)]),
    ...(signature === '' ? [] : [signatureDetail(signature, context.maker)]),
  ]
  return {
    role: 'assistant',
    content: content === '' && (calls.length > 0 || audio) ? null : content,
    ...(reasoning !== '' && { reasoning }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(images.length > 0 && { images }),
    ...(audio && { audio }),
    ...(calls.length > 0 && { tool_calls: calls }),
  }
}

export function callOf(part: JsonObject, id: string, maker: string): JsonObject {
  const { name, args } = objectOf(part.functionCall)
  return { id, type: 'function', function: { name, arguments: toolArguments(args) }, ...callExtraOf(part, maker) }
}

/** What a part says to a user, code and its result as Markdown. */
export function textIn(part: JsonObject): string {
  if (typeof part.text === 'string') return part.text
  const { language, code } = objectOf(part.executableCode)
  if (typeof code === 'string') return `\n\`\`\`${stringOf(language).toLowerCase()}\n${code}\n\`\`\`\n`
  const { output } = objectOf(part.codeExecutionResult)
  return typeof output === 'string' ? `\n\`\`\`\n${output}\n\`\`\`\n` : ''
}

/** OpenRouter's `images`. */
export function imageOf(part: JsonObject): JsonObject | undefined {
  const { mimeType, data } = objectOf(part.inlineData)
  if (typeof data !== 'string' || !stringOf(mimeType).startsWith('image/')) return undefined
  return { type: 'image_url', image_url: { url: `data:${stringOf(mimeType)};base64,${data}` } }
}

/** Of a stream, a piece of it. */
export function audioOf(part: JsonObject, context: ConvertContext): JsonObject | undefined {
  const { mimeType, data } = objectOf(part.inlineData)
  if (typeof data !== 'string' || !stringOf(mimeType).startsWith('audio/')) return undefined
  return { id: context.id, data, transcript: '', expires_at: context.created + 3600 }
}

function logprobsOf(result: unknown): JsonObject | null {
  if (!isObject(result)) return null
  const top = objects(result.topCandidates)
  const entry = ({ token, logProbability }: JsonObject): JsonObject => ({ token, logprob: logProbability, bytes: null })
  return {
    content: objects(result.chosenCandidates).map((chosen, at) => ({
      ...entry(chosen),
      top_logprobs: objects(top[at]?.candidates).map(entry),
    })),
    refusal: null,
  }
}

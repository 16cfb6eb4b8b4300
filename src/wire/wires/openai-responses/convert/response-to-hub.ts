/** A whole response as a `chat.completion`. What the provider's own tools did is left out: the message says it. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { isErrorGiven, objectOf, stringOf } from '../../../untyped.ts'
import { annotationToHub } from './annotations.ts'
import { itemDetail, shownParts, summaryDetail } from './own-reasoning.ts'
import { usageToHub } from './usage.ts'

export function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return { error: errorToHub(body.error) }
  const message = messageOf(body, context)
  const logprobs = objects(body.output).flatMap(({ content }) =>
    objects(content).flatMap((part) => objects(part.logprobs)),
  )
  return {
    id: stringOf(body.id) || context.id,
    object: 'chat.completion',
    created: context.created,
    model: stringOf(body.model) || context.model,
    choices: [
      {
        index: 0,
        message,
        logprobs: logprobs.length > 0 ? { content: logprobs, refusal: null } : null,
        finish_reason: finishReasonOf(body, message.tool_calls !== undefined),
        native_finish_reason: stringOf(objectOf(body.incomplete_details).reason) || stringOf(body.status) || null,
      },
    ],
    usage: usageToHub(body.usage),
    ...(typeof body.service_tier === 'string' && { service_tier: body.service_tier }),
  }
}

/** `{ message, type, code, param }` of `response.error`, of an error event or of an error body. */
export function errorToHub(given: unknown): JsonObject {
  const error = objectOf(given)
  const code = stringOf(error.code) || null
  return {
    message: stringOf(error.message) || 'Unknown error',
    type: stringOf(error.type) || (code === 'rate_limit_exceeded' ? 'rate_limit_error' : 'server_error'),
    code,
    param: error.param ?? null,
  }
}

export function finishReasonOf(body: JsonObject, hasCalls: boolean): string {
  if (body.status === 'incomplete')
    return objectOf(body.incomplete_details).reason === 'content_filter' ? 'content_filter' : 'length'
  return hasCalls ? 'tool_calls' : 'stop'
}

function messageOf(body: JsonObject, { id, maker }: ConvertContext): JsonObject {
  const ids = new CallIds(id)
  const texts: string[] = []
  const refusals: string[] = []
  const annotations: JsonObject[] = []
  const reasoning: string[] = []
  const details: JsonObject[] = []
  const calls: JsonObject[] = []
  const images: JsonObject[] = []
  let reasonings = 0
  for (const item of objects(body.output)) {
    if (item.type === 'message') {
      for (const part of objects(item.content)) {
        if (part.type === 'refusal') refusals.push(stringOf(part.refusal))
        else texts.push(stringOf(part.text))
        annotations.push(...objects(part.annotations).flatMap(annotationToHub))
      }
    } else if (item.type === 'reasoning') {
      const shown = shownParts(item)
      const index = reasonings++
      const detail = itemDetail(item, maker, index)
      reasoning.push(...shown)
      if (shown.length > 0) details.push(summaryDetail(shown.join('\n\n'), index))
      if (detail) details.push(detail)
    } else if (isCall(item)) calls.push(callToHub(item, ids.of(item.call_id, calls.length)))
    else images.push(...imageToHub(item))
  }
  const text = texts.join('')
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: refusals.join('') || null,
    ...(annotations.length > 0 && { annotations }),
    ...(reasoning.length > 0 && { reasoning: reasoning.join('\n\n') }),
    ...(details.length > 0 && { reasoning_details: details }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...(images.length > 0 && { images }),
  }
}

export const isCall = ({ type }: JsonObject): boolean => type === 'function_call' || type === 'custom_tool_call'

export function callToHub({ type, name, arguments: given, input }: JsonObject, id: string): JsonObject {
  if (type === 'custom_tool_call') return { id, type: 'custom', custom: { name, input: stringOf(input) } }
  return { id, type: 'function', function: { name, arguments: stringOf(given) } }
}

/** OpenRouter's form of a picture in a chat. */
export function imageToHub({ type, result, output_format: format }: JsonObject): JsonObject[] {
  if (type !== 'image_generation_call' || typeof result !== 'string' || result === '') return []
  const url = `data:image/${stringOf(format) || 'png'};base64,${result}`
  return [{ type: 'image_url', image_url: { url } }]
}

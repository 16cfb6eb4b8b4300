/** Ollama's answers as `chat.completion`s. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { ConvertContext } from '../../converter.ts'
import { toolArguments } from '../../json-text.ts'
import { objects } from '../../read/meter.ts'
import { CallIds } from '../../tool-calls/ids.ts'
import { isErrorGiven, isObject, objectOf, stringOf } from '../../untyped.ts'
import { finishReason } from './meter.ts'
import { usageToHub } from './usage.ts'

export function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return errorToHub(body)
  const message = objectOf(body.message)
  const ids = new CallIds(context.id)
  const calls = objects(message.tool_calls).map((call, index) => callToHub(call, ids, index))
  const text = stringOf(message.content)
  const thinking = stringOf(message.thinking)
  return {
    id: context.id,
    object: 'chat.completion',
    created: context.created,
    model: stringOf(body.model) || context.model,
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: text === '' && calls.length > 0 ? null : text,
          refusal: null,
          ...(thinking && { reasoning: thinking }),
          ...(calls.length > 0 && { tool_calls: calls }),
        },
        logprobs: logprobsToHub(body.logprobs),
        finish_reason: finishReason(body.done_reason, calls.length > 0),
        native_finish_reason: body.done_reason ?? null,
      },
    ],
    usage: usageToHub(body),
  }
}

export function callToHub(call: JsonObject, ids: CallIds, place: number): JsonObject {
  const { name, arguments: given } = objectOf(call.function)
  return { id: ids.of(call.id, place), type: 'function', function: { name, arguments: toolArguments(given) } }
}

/** Each of Ollama's entries has the form of OpenAI's. */
export const logprobsToHub = (given: unknown): JsonObject | null =>
  Array.isArray(given) ? { content: given, refusal: null } : null

/** Ollama gives the reason alone. */
export function errorToHub({ error }: JsonObject): JsonObject {
  const message = isObject(error) ? stringOf(error.message) : stringOf(error)
  return { error: { message: message || 'Unknown error', type: 'server_error', code: null, param: null } }
}

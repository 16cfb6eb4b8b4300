/** Cohere's answers as `chat.completion`s. */
import type { JsonObject } from '../../../plugins/api.ts'
import type { ConvertContext } from '../../converter.ts'
import { toolArguments } from '../../json-text.ts'
import { objects } from '../../read/meter.ts'
import { CallIds } from '../../tool-calls/ids.ts'
import { isObject, objectOf, stringOf } from '../../untyped.ts'
import { citationFields } from './citations.ts'
import { errorToHub } from './error.ts'
import { finishReasonOf } from './finish-reason.ts'
import { usageToHub } from './usage.ts'

export function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (!isObject(body.message)) return errorToHub(body)
  return {
    id: stringOf(body.id) || context.id,
    object: 'chat.completion',
    created: context.created,
    model: context.model,
    choices: [
      {
        index: 0,
        message: messageOf(body.message, new CallIds(context.id)),
        logprobs: null,
        finish_reason: finishReasonOf(body.finish_reason) ?? 'stop',
        native_finish_reason: body.finish_reason ?? null,
      },
    ],
    usage: usageToHub(body.usage),
  }
}

function messageOf(message: JsonObject, ids: CallIds): JsonObject {
  const parts = objects(message.content)
  const text = parts.map((part) => stringOf(part.text)).join('')
  // What it thinks before it calls tools stands in the plan, or in a part.
  const reasoning = parts.map((part) => stringOf(part.thinking)).join('') + stringOf(message.tool_plan)
  const calls = objects(message.tool_calls).map((call, index) => callToHub(call, ids.of(call.id, index)))
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: null,
    ...(reasoning !== '' && { reasoning }),
    ...(calls.length > 0 && { tool_calls: calls }),
    ...citationFields(objects(message.citations)),
  }
}

function callToHub(call: JsonObject, id: string): JsonObject {
  const { name, arguments: given } = objectOf(call.function)
  return {
    id,
    type: 'function',
    function: { name, arguments: typeof given === 'string' && given !== '' ? given : toolArguments(given) },
  }
}

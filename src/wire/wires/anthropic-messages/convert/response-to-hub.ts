/**
 * A whole Anthropic message as a `chat.completion`. Blocks of tools that Anthropic ran itself are left out: their text
 * stays.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { toolArguments, toolInput } from '../../../json-text.ts'
import { CallIds } from '../../../tool-calls/ids.ts'
import { isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { finishReasonOf } from '../../openai-chat/stop-reasons.ts'
import { errorToHub, isAnthropicError } from './error.ts'
import { detailOf } from './reasoning.ts'
import { usageToHub } from './usage.ts'

export function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isAnthropicError(body)) return errorToHub(body)
  return {
    id: stringOf(body.id) || context.id,
    object: 'chat.completion',
    created: context.created,
    model: stringOf(body.model) || context.model,
    choices: [
      {
        index: 0,
        message: messageOf(body, new CallIds(context.id)),
        logprobs: null,
        finish_reason: finishReasonOf(body.stop_reason),
        native_finish_reason: body.stop_reason ?? null,
      },
    ],
    usage: usageToHub(body.usage),
  }
}

function messageOf(body: JsonObject, ids: CallIds): JsonObject {
  let text = ''
  let reasoning = ''
  const details: JsonObject[] = []
  const calls: JsonObject[] = []
  for (const block of listOf(body.content)) {
    if (!isObject(block)) continue
    const detail = detailOf(block, details.length)
    if (detail) {
      details.push(detail)
      reasoning += stringOf(block.thinking)
    } else if (block.type === 'text') text += stringOf(block.text)
    else if (block.type === 'tool_use') calls.push(callOf(block, ids.of(block.id, calls.length)))
  }
  return {
    role: 'assistant',
    content: text === '' && calls.length > 0 ? null : text,
    refusal: body.stop_reason === 'refusal' ? (objectOf(body.stop_details).explanation ?? null) : null,
    ...(reasoning ? { reasoning } : {}),
    ...(details.length > 0 ? { reasoning_details: details } : {}),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}

/** Broken servers give the input as unparsed text, which OpenAI's form can carry. */
const callOf = ({ name, input }: JsonObject, id: string): JsonObject => ({
  id,
  type: 'function',
  function: {
    name,
    arguments: typeof input === 'string' && toolInput(input) === undefined ? input : toolArguments(input),
  },
})

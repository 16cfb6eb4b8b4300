/** A whole `chat.completion` as an Anthropic message. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { toolInputOrWrapped } from '../../../json-text.ts'
import { CallIds, madeId } from '../../../tool-calls/ids.ts'
import { mendedWhole } from '../../../tool-calls/mend.ts'
import { ToolCallTable } from '../../../tool-calls/table.ts'
import { isErrorGiven, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { usageIn } from '../../../usage/usage-places.ts'
import { callEntries, saidAndShown } from '../../openai-chat/spoken.ts'
import { stopReasonOf } from '../../openai-chat/stop-reasons.ts'
import { errorFromHub } from './error.ts'
import { thinkingOf } from './thinking-to-client.ts'
import { usageFromHub } from './usage.ts'

export function responseFromHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return errorFromHub(body)
  const choice = objectOf(listOf(body.choices)[0])
  const message = objectOf(choice.message)
  const entries = callsOf(message, context)
  const calls = entries.map(toolUse)
  return {
    ...emptyMessage(body, context),
    content: [...thinkingOf(message, entries, context), ...textBlocks(message), ...calls],
    stop_reason: stopReasonOf(choice.finish_reason, calls.length > 0),
    usage: usageFromHub(usageIn(body)),
  }
}

/** The message of `message_start`: no content yet. */
export const emptyMessage = (body: JsonObject, context: ConvertContext): JsonObject => ({
  id: stringOf(body.id).startsWith('msg_') ? body.id : madeId('msg', context.id),
  type: 'message',
  role: 'assistant',
  model: stringOf(body.model) || context.model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: {
    ...usageFromHub(usageIn(body)),
    ...(!usageIn(body) && context.inputTokens && { input_tokens: context.inputTokens }),
  },
})

export const callTable = (context: ConvertContext): ToolCallTable =>
  new ToolCallTable({ ids: new CallIds(context.id, 'toolu') })

function callsOf(message: JsonObject, context: ConvertContext): readonly JsonObject[] {
  const entries = callEntries(message)
  return mendedWhole(callTable(context), entries) ?? entries
}

function textBlocks(message: JsonObject): JsonObject[] {
  const text = saidAndShown(message) + stringOf(message.refusal)
  return text === '' ? [] : [{ type: 'text', text }]
}

function toolUse(call: JsonObject): JsonObject {
  const target = objectOf(call.function)
  return { type: 'tool_use', id: call.id, name: stringOf(target.name), input: toolInputOrWrapped(target.arguments) }
}

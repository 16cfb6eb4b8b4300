/** A whole answer of Converse, by way of the message that it would be at Anthropic. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { isErrorGiven, isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { messagesConverter } from '../../anthropic-messages/convert/index.ts'
import { BlocksFromMessages } from './blocks-from-messages.ts'
import { answerBlocks } from './blocks-to-messages.ts'
import { mayBeClaude, traitsOf } from './models.ts'
import { stopReasonFromMessages, stopReasonToMessages } from './stop-reason.ts'
import { usageFromMessages, usageToMessages } from './usage.ts'

export function responseToHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (!isObject(body.output)) return errorToHub(body)
  const content = answerBlocks(objectOf(body.output.message).content)
  const hub = messagesConverter.responseToHub(
    {
      content: mayBeClaude(context.maker) ? content : content.flatMap(unsigned),
      stop_reason: stopReasonToMessages(body.stopReason),
      usage: usageToMessages(body),
    },
    context,
  )
  const choice = { ...objectOf(listOf(hub.choices)[0]), native_finish_reason: body.stopReason ?? null }
  return { ...hub, choices: [choice] }
}

/** What other makers signed or encrypted means nothing to Claude, which would be given it back. */
function unsigned(block: JsonObject): JsonObject[] {
  if (block.type === 'redacted_thinking') return []
  return [block.type === 'thinking' ? { ...block, signature: '' } : block]
}

function errorToHub(body: JsonObject): JsonObject {
  const { message = body.message, type } = objectOf(body.error)
  return {
    error: { message: stringOf(message) || 'Unknown error', type: type ?? 'server_error', code: null, param: null },
  }
}

/** Nothing of an answer depends on the model. */
const TRAITS = traitsOf('')

export function responseFromMessages(message: JsonObject): JsonObject {
  if (isErrorGiven(message.error)) return { message: stringOf(objectOf(message.error).message) }
  return {
    output: { message: { role: 'assistant', content: new BlocksFromMessages(TRAITS).blocks(message.content) } },
    stopReason: stopReasonFromMessages(message.stop_reason),
    usage: usageFromMessages(objectOf(message.usage)),
    metrics: { latencyMs: 0 },
  }
}

/** A whole `chat.completion` as a response: reasoning, then what was said, then calls. */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { callExtra, KeptOrigin, plainReasoning, shownText } from '../../../reasoning/details.ts'
import { CallIds, madeId } from '../../../tool-calls/ids.ts'
import { mendedWhole } from '../../../tool-calls/mend.ts'
import { ToolCallTable } from '../../../tool-calls/table.ts'
import { isErrorGiven, isObject, listOf, objectOf, stringOf } from '../../../untyped.ts'
import { usageIn } from '../../../usage/usage-places.ts'
import { callEntries, saidAndShown } from '../../openai-chat/spoken.ts'
import { chatFinishReason } from '../../openai-chat/stop-reasons.ts'
import { annotationFromHub } from './annotations.ts'
import { customInputOf } from './custom-input.ts'
import {
  callItem,
  callPrefix,
  type ItemStatus,
  messageItem,
  outputText,
  reasoningItem,
  refusalPart,
  summaryPart,
} from './output-items.ts'
import { type Ending, responseObject } from './response-object.ts'
import { type ToolTable, toolTable } from './tool-names.ts'
import { usageFromHub } from './usage.ts'

export function responseFromHub(body: JsonObject, context: ConvertContext): JsonObject {
  if (isErrorGiven(body.error)) return body
  const choice = objectOf(listOf(body.choices)[0])
  const ending = endingOf(choice.finish_reason)
  const output = outputOf(choice, ending, context)
  return responseObject(body, context, ending, output, usageFromHub(usageIn(body)))
}

export function endingOf(finishReason: unknown): Ending {
  switch (chatFinishReason(finishReason)) {
    case 'length':
      return { status: 'incomplete', reason: 'max_output_tokens' }
    case 'content_filter':
      return { status: 'incomplete', reason: 'content_filter' }
    case 'error':
      return { status: 'failed', error: { code: 'server_error', message: 'The answer broke off.' } }
    default:
      return { status: 'completed' }
  }
}

/** Of what was open when the answer ended. */
export const lastStatus = ({ status }: Ending): ItemStatus => (status === 'completed' ? 'completed' : 'incomplete')

export const callTable = (context: ConvertContext): ToolCallTable =>
  new ToolCallTable({ ids: new CallIds(context.id, 'call') })

function outputOf(choice: JsonObject, ending: Ending, context: ConvertContext): JsonObject[] {
  const message = objectOf(choice.message)
  const given = callEntries(message)
  const entries = mendedWhole(callTable(context), given) ?? given
  const tools = entries.length > 0 ? toolTable(context.request) : NO_TOOLS
  const output: JsonObject[] = []
  const idOf = (prefix: string): string => madeId(prefix, context.id, output.length)
  const reasoning = reasoningOf(message, entries, context)
  if (reasoning) output.push(reasoningItem(idOf('rs'), 'completed', reasoning.summary, reasoning.token))
  const parts = partsOf(message, choice)
  if (parts.length > 0 || (entries.length === 0 && !reasoning))
    output.push(messageItem(idOf('msg'), lastStatus(ending), parts.length > 0 ? parts : [outputText('')]))
  for (const entry of entries) output.push(callOf(entry, tools, idOf, lastStatus(ending)))
  return output
}

const NO_TOOLS: ToolTable = new Map()

function reasoningOf(message: JsonObject, entries: readonly JsonObject[], context: ConvertContext) {
  const kept = new KeptOrigin(context)
  const details = objects(message.reasoning_details)
  for (const detail of details) kept.detail(detail)
  for (const [at, entry] of entries.entries()) {
    const extra = callExtra(entry, at)
    if (extra) kept.extra(extra)
  }
  const shown = details.map(shownText).filter(Boolean)
  const plain = shown.length > 0 ? undefined : plainReasoning(message)
  // OpenRouter says the same in both.
  if (plain && plain.text !== '') {
    kept.plain(plain.field)
    shown.push(plain.text)
  }
  return kept.isEmpty ? undefined : { summary: shown.map(summaryPart), token: kept.token() }
}

function partsOf(message: JsonObject, choice: JsonObject): JsonObject[] {
  const text = saidAndShown(message)
  const refusal = stringOf(message.refusal)
  const annotations = objects(message.annotations).flatMap(annotationFromHub)
  const logprobs = listOf(objectOf(choice.logprobs).content)
  return [
    ...(text === '' ? [] : [outputText(text, annotations, logprobs)]),
    ...(refusal === '' ? [] : [refusalPart(refusal)]),
  ]
}

function callOf(entry: JsonObject, tools: ToolTable, idOf: (prefix: string) => string, status: ItemStatus): JsonObject {
  const target = isObject(entry.custom) ? entry.custom : objectOf(entry.function)
  const name = stringOf(target.name)
  const tool = tools.get(name)
  const text = stringOf(target.arguments ?? target.input)
  return callItem(
    { id: idOf(callPrefix(tool)), callId: stringOf(entry.id), name, tool },
    status,
    tool?.custom ? customInputOf(text) : text.trim() === '' ? '{}' : text,
  )
}

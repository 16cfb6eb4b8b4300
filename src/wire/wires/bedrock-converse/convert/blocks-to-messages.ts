/** Content blocks of Converse as those of Messages. */
import type { JsonObject } from '../../../../plugins/api.ts'
import { isObject, listOf, objectOf, refuse, stringOf } from '../../../untyped.ts'

/** Blocks of a request. A cache point marks the block before it. */
export function blocksToMessages(content: unknown, field: string): JsonObject[] {
  const out: JsonObject[] = []
  for (const [index, block] of listOf(content).entries()) {
    if (!isObject(block)) return refuse(`${field}[${index}]`, 'must be an object')
    const last = out.at(-1)
    if (isObject(block.cachePoint)) {
      if (last) last.cache_control = cacheOf(block.cachePoint)
    } else out.push(requestBlock(block, `${field}[${index}]`))
  }
  return out
}

export const cacheOf = ({ ttl }: JsonObject): JsonObject => ({
  type: 'ephemeral',
  ...(typeof ttl === 'string' && { ttl }),
})

function requestBlock(block: JsonObject, field: string): JsonObject {
  const known = sharedBlock(block)
  if (known) return known
  const { image, document, toolResult, guardContent } = block
  if (isObject(image))
    return {
      type: 'image',
      source: { type: 'base64', media_type: `image/${stringOf(image.format)}`, data: bytesOf(image, field) },
    }
  if (isObject(document)) return documentBlock(document, field)
  if (isObject(toolResult))
    return {
      type: 'tool_result',
      tool_use_id: toolResult.toolUseId,
      content: listOf(toolResult.content).map((part, at) => resultPart(objectOf(part), `${field}.content[${at}]`)),
      ...(toolResult.status === 'error' && { is_error: true }),
    }
  if (isObject(guardContent) && isObject(guardContent.text))
    return { type: 'text', text: stringOf(guardContent.text.text) }
  return refuse(field, `(${Object.keys(block).join(', ')}) has no form at other endpoints`)
}

/** JSON has no form of its own in Messages. */
const resultPart = (part: JsonObject, field: string): JsonObject =>
  part.json === undefined ? requestBlock(part, field) : { type: 'text', text: JSON.stringify(part.json) }

const TEXTUAL: ReadonlySet<unknown> = new Set(['txt', 'md', 'html', 'csv'])

function documentBlock(document: JsonObject, field: string): JsonObject {
  const { format, name, source } = document
  const title = typeof name === 'string' ? { title: name } : {}
  const text = objectOf(source).text
  if (typeof text === 'string') return { type: 'document', source: plain(text), ...title }
  const data = bytesOf(document, field)
  if (TEXTUAL.has(format)) return { type: 'document', source: plain(Buffer.from(data, 'base64').toString()), ...title }
  if (format !== 'pdf') return refuse(field, `of format "${stringOf(format)}" has no form at other endpoints`)
  return { type: 'document', source: { type: 'base64', media_type: 'application/pdf', data }, ...title }
}

const plain = (data: string): JsonObject => ({ type: 'text', media_type: 'text/plain', data })

function bytesOf({ source }: JsonObject, field: string): string {
  const { bytes } = objectOf(source)
  return typeof bytes === 'string'
    ? bytes
    : refuse(`${field}.source`, 'must have bytes: what is stored elsewhere means nothing here')
}

/** Blocks of an answer; those that Messages has no form for are left out. */
export const answerBlocks = (content: unknown): JsonObject[] =>
  listOf(content)
    .filter(isObject)
    .map(sharedBlock)
    .filter((block) => block !== undefined)

function sharedBlock(block: JsonObject): JsonObject | undefined {
  const { text, toolUse, reasoningContent, citationsContent } = block
  if (typeof text === 'string') return { type: 'text', text }
  if (isObject(toolUse)) return { type: 'tool_use', id: toolUse.toolUseId, name: toolUse.name, input: toolUse.input }
  if (isObject(reasoningContent)) return thinkingBlock(reasoningContent)
  if (!isObject(citationsContent)) return undefined
  const parts = listOf(citationsContent.content).map((part) => stringOf(objectOf(part).text))
  return { type: 'text', text: parts.join('') }
}

function thinkingBlock({ reasoningText, redactedContent }: JsonObject): JsonObject {
  if (!isObject(reasoningText)) return { type: 'redacted_thinking', data: redactedContent }
  return { type: 'thinking', thinking: stringOf(reasoningText.text), signature: stringOf(reasoningText.signature) }
}

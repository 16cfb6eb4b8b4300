import type { JsonObject } from '../../plugins/api.ts'

type Item = JsonObject | null | undefined

/** The text of an answer in the grammars of chat, whole or as a stream of events; undefined where there is none. */
export function answerText(bytes: Buffer): string | undefined {
  const text = bytes.toString()
  const whole = text.trimStart().startsWith('{')
  const found = whole ? wholeText(parse(text)) : text.split('\n').map(lineText).join('')
  return found === '' ? undefined : found
}

/** The text of what was asked: every turn with its role. */
export function questionText(body: JsonObject): string {
  const turns = Array.isArray(body.messages) ? body.messages : body.input
  const rules = partsText(body.system ?? body.instructions)
  const said = Array.isArray(turns)
    ? (turns as Item[]).map((turn) => [turn?.role, partsText(turn?.content)] as const)
    : [['user', partsText(turns)] as const]
  return [['system', rules] as const, ...said]
    .filter(([, text]) => text !== '')
    .map(([role, text]) => `[${String(role)}] ${text}`)
    .join('\n')
}

function wholeText(body: Item): string {
  const choice = (body?.choices as Item[] | undefined)?.[0]
  if (choice) return partsText((choice.message as Item)?.content)
  if (Array.isArray(body?.content)) return partsText(body.content)
  return Array.isArray(body?.output) ? (body.output as Item[]).map((item) => partsText(item?.content)).join('') : ''
}

function lineText(line: string): string {
  if (!line.startsWith('data:')) return ''
  const event = parse(line.slice(5))
  const delta = (event?.choices as Item[] | undefined)?.[0]?.delta as Item
  if (delta) return partsText(delta.content)
  if (event?.type === 'content_block_delta') return partsText((event.delta as Item)?.text)
  return event?.type === 'response.output_text.delta' ? partsText(event.delta) : ''
}

function partsText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return (content as Item[]).map((part) => (typeof part?.text === 'string' ? part.text : '')).join('')
}

function parse(text: string): Item {
  try {
    return JSON.parse(text) as Item
  } catch {
    return undefined
  }
}

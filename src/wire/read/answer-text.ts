import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { Call } from '../../routing/ports.ts'
import { beginsAsStream, wholeOf } from '../reframe/to-whole.ts'
import { wireOf } from '../wires/index.ts'
import { readObject } from './tolerant-json.ts'

type Item = JsonObject | null | undefined

/** An answer in its wire, whole or as a stream of events, as a whole one; undefined where there is none. */
export function answerBody(wire: Wire, bytes: Buffer): JsonObject | undefined {
  const whole = beginsAsStream(bytes) ? wholeOf(wire, bytes) : bytes
  return whole && readObject(whole, false)?.body
}

/** The text of an answer in its wire, whole or as a stream of events; undefined where there is none. */
export function answerText(wire: Wire, bytes: Buffer): string | undefined {
  const body = answerBody(wire, bytes)
  return (body && wireOf(wire)?.visibleText?.(body)) || undefined
}

/** The text of what was asked: every turn with its role. */
export function questionText({ wire, body: own }: Pick<Call, 'wire' | 'body'>): string {
  const body = wireOf(wire)?.request?.view?.(own) ?? own
  const turns = Array.isArray(body.messages) ? body.messages : body.input
  const rules = partsText(body.system ?? body.instructions)
  const asked = Array.isArray(turns)
    ? (turns as Item[]).map((turn) => [turn?.role, partsText(turn?.content)] as const)
    : [['user', partsText(turns)] as const]
  return [['system', rules] as const, ...asked]
    .filter(([, text]) => text !== '')
    .map(([role, text]) => `[${String(role)}] ${text}`)
    .join('\n')
}

function partsText(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return (content as Item[]).map((part) => (typeof part?.text === 'string' ? part.text : '')).join('')
}

import { type Signs, sketchOf } from '../../base/signs.ts'
import type { Call } from '../../routing/ports.ts'
import { promptIn, TextHash } from './text-hash.ts'
import { COMPLAINTS, THANKS } from './tone-words.ts'
import { type Turn, turnsIn } from './turns.ts'

/** Turns that are looked back over, from the last one. */
const LOOK_BACK = 24
/** Calls of one tool with the same arguments in a row that are a loop. */
const LOOP = 3
/** Of a message and of a tool's result: what is looked at. */
const OPENING = 40

/** What a request says of the answer before it; undefined where it has no messages. `words`: thanks and complaints. */
export function signsOf({ body }: Pick<Call, 'body'>, words: boolean): Signs | undefined {
  const turns = turnsIn(body)
  if (turns.length === 0) return undefined
  const hash = new TextHash()
  hash.add(body.system ?? body.instructions)
  for (const turn of turns) {
    hash.add(turn?.content ?? turn?.output)
    for (const call of callsIn(turn)) hash.add(call)
  }
  const recent = turns.slice(-LOOK_BACK)
  const message = ownWords(recent.at(-1))
  const last = sketchOf(message)
  const tone = words && turns.length > 1 ? toneOf(message) : undefined
  return {
    messages: hash.text(),
    ...(last && { last }),
    toolFailed: hasFailed(recent),
    toolRepeated: isLoop(recent),
    ...(tone && { tone }),
  }
}

/** What the user says in a turn of their own. */
function ownWords(turn: Turn): string {
  if (turn?.role !== 'user') return ''
  const { content } = turn
  if (typeof content === 'string') return content
  return Array.isArray(content) ? content.map((part: Turn) => promptIn(part?.text)).join(' ') : ''
}

function toneOf(message: string): Signs['tone'] {
  const opening = message.slice(0, OPENING).trimStart().toLowerCase()
  if (COMPLAINTS.some((words) => opening.startsWith(words))) return 'complaint'
  return THANKS.some((words) => opening.startsWith(words)) ? 'thanks' : undefined
}

/** A result among the turns behind the last answer is an error: flagged (Anthropic), or one by its first words. */
function hasFailed(turns: readonly Turn[]): boolean {
  for (let at = turns.length - 1; at >= 0; at--) {
    const turn = turns[at]
    if (turn?.role === 'tool' || turn?.type === 'function_call_output') {
      if (saysError(turn.content ?? turn.output)) return true
      continue
    }
    const parts = turn?.role === 'user' && Array.isArray(turn.content) ? (turn.content as Turn[]) : []
    const results = parts.filter((part) => part?.type === 'tool_result')
    if (results.length === 0) return false
    if (results.some((part) => part?.is_error === true)) return true
  }
  return false
}

const ERROR = /^\s*(?:error\b|exception\b|traceback \(|\{\s*"error"\s*:\s*[^nf\s])/i

function saysError(content: unknown): boolean {
  const text = Array.isArray(content) ? (content as Turn[]).map((part) => part?.text)[0] : content
  return typeof text === 'string' && ERROR.test(text.slice(0, OPENING))
}

/** The last calls of tools are of one tool with the same arguments. */
function isLoop(turns: readonly Turn[]): boolean {
  const calls = turns.flatMap(callsIn).slice(-LOOP)
  return calls.length === LOOP && calls.every((call) => call === calls[0]) && isCalled(turns)
}

/** The turns end with what a tool has returned. */
function isCalled(turns: readonly Turn[]): boolean {
  const last = turns.at(-1)
  return (
    last?.role === 'tool' || last?.type === 'function_call_output' || (last?.role === 'user' && ownWords(last) === '')
  )
}

/** Tool calls in a turn, as a text of name and arguments: OpenAI's chat, Responses, Anthropic. */
function callsIn(turn: Turn): string[] {
  if (turn?.type === 'function_call') return [callOf(turn.name, turn.arguments)]
  if (turn?.role !== 'assistant') return []
  if (Array.isArray(turn.tool_calls)) {
    return (turn.tool_calls as Turn[]).map((each) => {
      const own = each?.function as Turn
      return callOf(own?.name, own?.arguments)
    })
  }
  const parts = Array.isArray(turn.content) ? (turn.content as Turn[]) : []
  return parts.filter((part) => part?.type === 'tool_use').map((part) => callOf(part?.name, part?.input))
}

const callOf = (name: unknown, given: unknown) =>
  `${String(name)} ${typeof given === 'string' ? given : JSON.stringify(given)}`

import { REQUEST_TYPES, type RequestType } from '../../base/request-types.ts'
import type { JsonObject } from '../../plugins/api.ts'
import type { Call, Demand } from '../../routing/ports.ts'
import { lastMessage, textIn } from './last-message.ts'
import { findMaterial, type Material } from './material.ts'
import { type Turn, turnsIn } from './turns.ts'
import { CJK_WORDS, PAIR_STARTS, TYPE_PAIRS, TYPE_WORDS } from './type-words.ts'

/** Characters that are read of each end of the last message, and of the head of the system prompt. */
const HEAD = 800
const TAIL = 500
const RULES = 512
/** Words that stand within so many characters of an end are an instruction more often than a part of the text. */
const NEAR = 160
const NEAR_FACTOR = 2
/** What stands before a colon, a line's end or a quotation, and after it, says what to do with it. */
const INSTRUCTION_FACTOR = 3
const MATERIAL_FACTOR = 0.5
/** Bytes of text from which on it is a document that the request is about (some 8k tokens). */
const DOCUMENT_BYTES = 32_000
/** Below this nothing is said of what the words are about. */
const ENOUGH = 2
const QUESTION_FACTOR = 4
/** Weight of a word of writings without spaces. */
const WIDE = 6
/** A code fence, a name in code's quotes, and signs of code or formulas per letter, in words' weight. */
const FENCE = 5
const QUOTED = 2
const SIGNS = 30
/** What words of maths count without a number. */
const NO_NUMBERS = 0.6

const INDEX = new Map(REQUEST_TYPES.map((type, at) => [type, at]))
const CODE = INDEX.get('code')!
const MATHS = INDEX.get('maths')!
const QUESTION = INDEX.get('question')!

/** One for all requests, which are read one after another. */
const SCORES = new Float64Array(REQUEST_TYPES.length)

/**
 * The kind of work that a request asks for, by its modalities, tools, length, and words and signs at both ends of the
 * last message and the head of the system prompt. Bounded work whatever the prompt's length.
 */
export function requestTypeOf({ body }: Call, demand: Demand): RequestType {
  if (demand.images) return 'vision'
  if (demand.audio) return 'audio'
  if (Array.isArray(body.tools) && body.tools.length > 0) return 'tool_use'
  const turns = turnsIn(body)
  SCORES.fill(0)
  const message = lastMessage(body)
  const rules = rulesIn(body, turns)
  MATERIAL.from = MATERIAL.to = -1
  if (rules !== '') score(rules, 0, Math.min(rules.length, RULES), NEAR_FACTOR)
  findMaterial(message, MATERIAL)
  if (message.length <= HEAD + TAIL) score(message, 0, message.length, 1)
  else {
    score(message, 0, HEAD, 1)
    score(message, message.length - TAIL, message.length, 1)
  }
  const best = bestOf()
  if (demand.textBytes >= DOCUMENT_BYTES && (best === 'chat' || best === 'question')) return 'long_document'
  return demand.structured && (best === 'chat' || best === 'question') ? 'structured' : best
}

/** Anything may be asked as a question: it is one when nothing else says what it is about. */
function bestOf(): RequestType {
  let best = 0
  for (let at = QUESTION + 1; at < SCORES.length; at++) if (SCORES[at]! > SCORES[best]!) best = at
  if (SCORES[best]! < ENOUGH || SCORES[QUESTION]! > QUESTION_FACTOR * SCORES[best]!) best = QUESTION
  return SCORES[best]! < ENOUGH ? 'chat' : REQUEST_TYPES[best]!
}

/** Adds what the words and signs between `from` and `to` say. */
function score(text: string, from: number, to: number, factor: number): void {
  let [start, letters, code, maths, digits] = [-1, 0, 0, 0, 0]
  let [wide, lower] = [false, true]
  before = ''
  for (let at = from; at <= to; at++) {
    const char = at < to ? text.charCodeAt(at) : 32
    if (isLetter(char)) {
      if (start < 0) [start, lower] = [at, true]
      if (char < 97 || char > 0xbf) lower = false
      continue
    }
    if (start >= 0) {
      letters += at - start
      if (at - start > 1 && at - start < 32) scoreWord(text, start, at, lower, factor)
      start = -1
    }
    if (char === 32) continue
    if (char >= 0x2e80) wide = true
    else if (char === 0x3f) SCORES[QUESTION] = SCORES[QUESTION]! + weightAt(text, at, at) / 2
    else if (char >= 48 && char <= 57) {
      // Numbers, not their digits.
      if (!isDigit(text.charCodeAt(at - 1))) digits++
    } else if (char === 0x60) {
      if (text.startsWith('```', at)) {
        SCORES[CODE] = SCORES[CODE]! + FENCE
        at += 2
      } else SCORES[CODE] = SCORES[CODE]! + QUOTED
    } else if (char < 128) {
      code += CODE_SIGNS[char]!
      maths += MATHS_SIGNS[char]!
    } else if (FORMULA_SIGNS.has(char)) maths++
  }
  const scale = SIGNS / (letters + code + maths + digits + 20)
  SCORES[CODE] = SCORES[CODE]! + factor * Math.max(0, code - 1) * scale
  SCORES[MATHS] = SCORES[MATHS]! + factor * Math.min(maths, digits + 1) * scale + factor * Math.min(2, digits * 0.25)
  // A count of things is asked for by what is given of them.
  if (digits === 0 && maths === 0) SCORES[MATHS] = SCORES[MATHS]! * NO_NUMBERS
  if (wide) scoreWide(text, from, to, factor)
}

const isDigit = (char: number) => char >= 48 && char <= 57

/** 1 for each of these characters. */
function signs(characters: string): Uint8Array {
  const table = new Uint8Array(128)
  for (const char of characters) table[char.charCodeAt(0)] = 1
  return table
}
const CODE_SIGNS = signs('{};<>_#|[]')
const MATHS_SIGNS = signs('+*/^=\\$%')
const FORMULA_SIGNS = new Set([...'√∫∑≤≥×·÷'].map((char) => char.charCodeAt(0)))

/** The word before, where a pair may begin with it. */
let before = ''

function scoreWord(text: string, start: number, end: number, isLower: boolean, factor: number): void {
  const own = text.slice(start, end)
  const word = isLower ? own : own.toLowerCase()
  const near = weightAt(text, start, end)
  const pair = before === '' ? undefined : TYPE_PAIRS.get(`${before} ${word}`)
  if (pair) add(pair[0], pair[1] * near * factor)
  before = PAIR_STARTS.has(word) ? word : ''
  const found = TYPE_WORDS.get(word)
  if (found) add(found[0], found[1] * near * factor)
  else if (word.length > 7 && (word.endsWith('error') || word.endsWith('exception'))) add('code', FENCE * factor)
}

const MATERIAL: Material = { from: -1, to: -1 }

/** What a word counts by its place in the text. */
function weightAt(text: string, start: number, end: number): number {
  if (MATERIAL.from >= 0) return start >= MATERIAL.from && end <= MATERIAL.to ? MATERIAL_FACTOR : INSTRUCTION_FACTOR
  return end <= NEAR || start >= text.length - NEAR ? NEAR_FACTOR : 1
}

function add(type: RequestType, weight: number): void {
  const at = INDEX.get(type)!
  SCORES[at] = SCORES[at]! + weight
}

interface WideWord {
  readonly word: string
  readonly type: RequestType
  /** The latest scan that found it: it counts once. */
  scan: number
}

/** By their first characters, so that a text is gone through once and not once for each word. */
const WIDE_WORDS = new Map<number, WideWord[]>()
for (const [word, type] of CJK_WORDS) {
  const first = word.charCodeAt(0)
  WIDE_WORDS.set(first, [...(WIDE_WORDS.get(first) ?? []), { word, type, scan: 0 }])
}
let scan = 0

function scoreWide(text: string, from: number, to: number, factor: number): void {
  scan++
  for (let at = from; at < to; at++) {
    const char = text.charCodeAt(at)
    const words = char < 0x2e80 ? undefined : WIDE_WORDS.get(char)
    if (!words) continue
    for (const each of words) {
      if (each.scan === scan || at + each.word.length > to || !text.startsWith(each.word, at)) continue
      each.scan = scan
      add(each.type, WIDE * factor)
    }
  }
}

/** Letters of alphabets: Latin, Greek, Cyrillic and their neighbours. */
const isLetter = (char: number) =>
  (char >= 97 && char <= 122) || (char >= 65 && char <= 90) || (char >= 0xc0 && char < 0x2000 && char !== 0xd7)

function rulesIn(body: JsonObject, turns: readonly Turn[]): string {
  const own = textIn(body.system ?? body.instructions)
  if (own !== '') return own
  const [first] = turns
  return first?.role === 'system' || first?.role === 'developer' ? textIn(first.content) : ''
}

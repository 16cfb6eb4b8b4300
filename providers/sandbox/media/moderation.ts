import { isObject } from '../../shared/is-object.ts'
import { idFrom } from '../reply.ts'
import { jsonAnswer, type MediaAnswer, type MediaRequest } from './service.ts'

/** OpenAI's categories, and words by which a text is said to be of one. */
const CATEGORIES: Readonly<Record<string, RegExp | undefined>> = {
  harassment: /\b(?:idiot|stupid|harass)/i,
  'harassment/threatening': undefined,
  hate: /\b(?:hate|hatred)\b/i,
  'hate/threatening': undefined,
  illicit: /\b(?:drugs?|steal)\b/i,
  'illicit/violent': /\b(?:bomb|explosive)/i,
  'self-harm': /\b(?:suicide|self-harm)/i,
  'self-harm/intent': undefined,
  'self-harm/instructions': undefined,
  sexual: /\bsex/i,
  'sexual/minors': undefined,
  violence: /\b(?:kill|murder|attack)/i,
  'violence/graphic': undefined,
}
const [YES, NO] = [0.97, 0.001]

/** A verdict by single words: good for seeing both answers, and for nothing else. */
export function moderate({ body, random }: MediaRequest): MediaAnswer {
  const { input, model } = body
  // A list of parts is one input with text and images; a list of texts is many.
  const inputs = Array.isArray(input) ? (input.some(isObject) ? [textOf(input)] : input.map(String)) : [String(input)]
  return jsonAnswer({ id: `modr-sim-${idFrom(random)}`, model, results: inputs.map(verdict) })
}

const textOf = (parts: readonly unknown[]) =>
  parts.map((part) => (isObject(part) && typeof part.text === 'string' ? part.text : '')).join('\n')

function verdict(text: string) {
  const found = Object.entries(CATEGORIES).map(([name, words]) => [name, words?.test(text) ?? false] as const)
  return {
    flagged: found.some(([, is]) => is),
    categories: Object.fromEntries(found),
    category_scores: Object.fromEntries(found.map(([name, is]) => [name, is ? YES : NO])),
    category_applied_input_types: Object.fromEntries(found.map(([name]) => [name, ['text']])),
  }
}

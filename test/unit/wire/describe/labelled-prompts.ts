import { readFileSync } from 'node:fs'
import type { RequestType } from '../../../../src/base/request-types.ts'

/** A prompt of our own with the kind of work that it asks for. */
export interface LabelledPrompt {
  /** `chosen`: words were chosen by it; `kept`: few were; `blind`: it was written when the words stood. */
  readonly part: 'chosen' | 'kept' | 'blind'
  readonly type: RequestType
  readonly prompt: string
  /** A system prompt. */
  readonly rules: string | undefined
}

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\' }
const unescaped = (text: string) => text.replace(/\\([nt\\])/g, (_, char: string) => ESCAPES[char]!)

export const LABELLED: readonly LabelledPrompt[] = readFileSync(new URL('request-types.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [part, type, prompt, rules] = line.split('\t')
    const [of, asked] = [part as LabelledPrompt['part'], type as RequestType]
    return { part: of, type: asked, prompt: unescaped(prompt!), rules: rules && unescaped(rules) }
  })

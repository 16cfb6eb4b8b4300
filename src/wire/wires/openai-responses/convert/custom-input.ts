/**
 * The input of a custom tool, read out of the arguments of its function while they come: the decoded text of their one
 * string. Where a model wrote them otherwise, the input is told when they are complete.
 */
import { toolInput } from '../../../json-text.ts'
import { CUSTOM_INPUT } from './tool-names.ts'

/** The beginning of the arguments, up to the text. */
const HEAD = new RegExp(`^\\s*\\{\\s*"${CUSTOM_INPUT}"\\s*:\\s*"`)
/** Longest beginning that is looked at, in characters. */
const MAX_HEAD = 200

export class CustomInputReader {
  /** What has been given out. */
  input = ''
  #whole = ''
  /** What is not read yet; undefined once the text has ended. */
  #rest: string | undefined = ''
  #begun = false

  /** What more there is of the input. */
  feed(text: string): string {
    this.#whole += text
    if (this.#rest === undefined) return ''
    this.#rest += text
    if (!this.#begun) {
      const head = this.#rest.length > MAX_HEAD ? this.#rest.slice(0, MAX_HEAD) : this.#rest
      const length = HEAD.exec(head)?.[0].length
      if (length === undefined) return ''
      this.#begun = true
      this.#rest = this.#rest.slice(length)
    }
    return this.#read(this.#rest)
  }

  /** The rest. The arguments are complete, or broke off. */
  end(): string {
    const whole = customInput(this.#whole)
    // What is no JSON, or broke off in the middle of the text: what could be read of it stands.
    const final = whole === this.#whole && this.#begun ? this.input : whole
    const more = final.startsWith(this.input) ? final.slice(this.input.length) : ''
    this.input = final
    return more
  }

  #read(text: string): string {
    let end = 0
    let rest: string | undefined
    for (; end < text.length; end++) {
      const code = text.charCodeAt(end)
      if (code === QUOTE) break
      if (code !== BACKSLASH) continue
      const length = escapeLength(text, end)
      if (length === undefined) {
        rest = text.slice(end)
        break
      }
      end += length - 1
    }
    this.#rest = rest ?? (end < text.length ? undefined : '')
    const piece = decoded(text.slice(0, end))
    this.input += piece
    return piece
  }
}

/** The input in the arguments of its function, whole. */
export function customInputOf(text: string): string {
  const reader = new CustomInputReader()
  reader.feed(text)
  reader.end()
  return reader.input
}

/** Characters of the escape at `at`; a surrogate pair is one. Undefined while it is not whole. */
function escapeLength(text: string, at: number): number | undefined {
  if (at + 1 >= text.length) return undefined
  if (text[at + 1] !== 'u') return 2
  if (at + 6 > text.length) return undefined
  if (!/^d[89ab]/i.test(text.slice(at + 2, at + 6))) return 6
  if (at + 8 <= text.length && text.slice(at + 6, at + 8) !== '\\u') return 6
  return at + 12 > text.length ? undefined : 12
}

/**
 * What a model wrote as arguments of the function: its text; the only text there is, by another name; what is nothing
 * of this, as it is.
 */
function customInput(text: string): string {
  const given = toolInput(text)
  if (!given) return text
  if (typeof given[CUSTOM_INPUT] === 'string') return given[CUSTOM_INPUT]
  const [only, ...more] = Object.values(given)
  if (only === undefined) return ''
  return more.length === 0 && typeof only === 'string' ? only : text
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

/** Broken escapes, and line breaks that should be escaped, stay as they are. */
function decoded(text: string): string {
  if (!text.includes('\\')) return text
  try {
    return JSON.parse(`"${text.replace(CONTROLS, escaped)}"`) as string
  } catch {
    return text
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const CONTROLS = /[\u0000-\u001f]/g
const escaped = (character: string): string => JSON.stringify(character).slice(1, -1)

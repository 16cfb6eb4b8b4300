import type { YAMLError } from 'yaml'

interface Explanation {
  readonly message: string
  readonly hint?: string
}

/** The parser's errors in our words. Its own messages quote the file, which may hold secrets. */
const EXPLANATIONS: Partial<Record<YAMLError['code'], Explanation>> = {
  BAD_ALIAS: { message: 'An anchor or alias has no usable name.' },
  BAD_DIRECTIVE: { message: 'This %directive is not known.' },
  BAD_DQ_ESCAPE: {
    message: 'There is an invalid escape in a double-quoted text.',
    hint: 'Use single quotes, or double the backslash.',
  },
  BAD_INDENT: {
    message: 'The indentation does not fit the lines above.',
    hint: 'Keys of one mapping begin in the same column.',
  },
  BAD_SCALAR_START: { message: 'A plain value cannot begin with this character.', hint: 'Put the value in quotes.' },
  BLOCK_AS_IMPLICIT_KEY: {
    message: 'There is a second "key: value" on this line.',
    hint: 'Put a value that contains ": " in quotes.',
  },
  BLOCK_IN_FLOW: { message: 'Indented blocks cannot stand inside [ ] or { }.' },
  KEY_OVER_1024_CHARS: { message: 'This key is longer than 1024 characters.' },
  MISSING_CHAR: { message: 'A closing quote, a comma or a colon is missing.' },
  MULTILINE_IMPLICIT_KEY: { message: 'A key must stand on one line.', hint: 'Is a colon missing?' },
  MULTIPLE_DOCS: { message: 'The file holds more than one YAML document.', hint: 'Remove the line "---".' },
  RESOURCE_EXHAUSTION: { message: 'The file is nested too deeply.' },
  TAB_AS_INDENT: { message: 'Tabs cannot be used for indentation.', hint: 'Use spaces.' },
  TAG_RESOLVE_FAILED: {
    message: 'This !tag is not known.',
    hint: 'Tags are not needed here; put a value that begins with ! in quotes.',
  },
  UNEXPECTED_TOKEN: {
    message: 'Something here does not belong.',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is meant
    hint: 'Put ${NAME} in quotes when it stands inside { } or [ ].',
  },
}

/** What begins with a bracket may go wrong far below it. */
const UNCLOSED: Explanation = {
  message: 'A [ or { is not closed, or what is inside begins too far to the left.',
  hint: 'Close it with ] or }, and indent its lines.',
}

export function explain(error: YAMLError): Explanation {
  if (/flow (?:map|sequence|collection)/i.test(error.message) && /BAD_INDENT|MISSING_CHAR/.test(error.code))
    return UNCLOSED
  return EXPLANATIONS[error.code] ?? { message: 'This is not valid YAML.' }
}

/** At most `limit` errors, one a line, without those that only follow from an earlier one. */
export function firstErrors<E extends YAMLError>(errors: readonly E[], lineOf: (error: E) => number, limit = 20): E[] {
  const lines = new Set<number>()
  const kept: E[] = []
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const derived =
      kept.length > 0 && (error.code === 'RESOURCE_EXHAUSTION' || error.message.includes('in YAML stream'))
    if (derived || lines.has(lineOf(error)) || kept.length >= limit) continue
    lines.add(lineOf(error))
    kept.push(error)
    if (error.code === 'RESOURCE_EXHAUSTION') break
  }
  return kept
}

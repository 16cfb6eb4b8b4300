import { readFile } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { classOf } from '../../outcomes/cells/class-of.ts'

/** A prompt, and whether each of two models answered it right. */
export interface Prompt {
  readonly benchmark: string
  /** `benchmark/subject`: what a system prompt would tell. */
  readonly task: string
  /** Workload class. */
  readonly class: string
  readonly inputTokens: number
  /** 0 or 1. */
  readonly cheap: number
  readonly strong: number
}

export interface Correctness {
  /** Names of the two models, as the columns have them, without `_correct`. */
  readonly cheap: string
  readonly strong: string
  readonly prompts: readonly Prompt[]
}

const COLUMNS = ['benchmark', 'subject', 'prompt_chars'] as const
/** May be there, and says nothing here. */
const IGNORED = 'prompt_sha256_16'
const CHARS_PER_TOKEN = 4

/**
 * Reads right and wrong answers: CSV with the columns benchmark, subject, prompt_chars and two of 0 and 1, named by
 * their models, the cheaper model first. Throws ROUTER_REPLAY_DATA with the line.
 */
export async function readCorrectness(path: string): Promise<Correctness> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new RouterError('ROUTER_REPLAY_DATA', { place: path, reason: reasonOf(error) }, { cause: error })
  }
  return parseCorrectness(text, path)
}

/** The same from text; `name` is what errors call it. */
export function parseCorrectness(text: string, name: string): Correctness {
  const bad = (line: number, reason: string) =>
    new RouterError('ROUTER_REPLAY_DATA', { place: `${name}:${line}`, reason })
  const [head = '', ...lines] = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const titles = head.split(',').map((title) => title.trim())
  const missing = COLUMNS.filter((column) => !titles.includes(column))
  const models = titles.filter((title) => title !== IGNORED && !(COLUMNS as readonly string[]).includes(title))
  const [cheap, strong] = models
  if (missing.length > 0 || cheap === undefined || strong === undefined || models.length > 2) {
    const found =
      missing.length > 0 ? `${missing.join(', ')} is missing` : `${models.length} columns are left for models`
    throw bad(1, `the first line must name ${COLUMNS.join(', ')} and two models, the cheaper one first; ${found}`)
  }
  const places = [...COLUMNS, cheap, strong].map((column) => titles.indexOf(column))
  const prompts: Prompt[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const cells = line.split(',')
    const [benchmark = '', subject = '', chars = '', ...answers] = places.map((place) => cells[place]?.trim() ?? '')
    const length = chars === '' ? Number.NaN : Number(chars)
    if (benchmark === '' || subject === '') throw bad(index + 2, 'benchmark or subject is empty')
    if (!(length >= 0 && Number.isFinite(length)))
      throw bad(index + 2, `prompt_chars must be a number of zero or more, not "${chars}"`)
    const wrong = answers.find((answer) => answer !== '0' && answer !== '1')
    if (wrong !== undefined) throw bad(index + 2, `right is 1 and wrong is 0, not "${wrong}"`)
    const inputTokens = length / CHARS_PER_TOKEN
    const workload = classOf('chat', inputTokens, false)
    prompts.push({
      benchmark,
      task: `${benchmark}/${subject}`,
      class: workload,
      inputTokens,
      cheap: Number(answers[0]),
      strong: Number(answers[1]),
    })
  }
  if (prompts.length === 0) throw new RouterError('ROUTER_REPLAY_DATA', { place: name, reason: 'it has no rows' })
  if (!prompts.some((prompt) => prompt.strong === 1))
    throw new RouterError('ROUTER_REPLAY_DATA', { place: name, reason: `${strong} is never right` })
  return { cheap: modelOf(cheap), strong: modelOf(strong), prompts }
}

const modelOf = (column: string) => column.replace(/_correct$/, '')

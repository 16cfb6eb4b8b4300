import { readFile } from 'node:fs/promises'
import { RouterError, reasonOf } from '../../base/errors.ts'

/** One endpoint's measurement in a round. Times in seconds, speed in tokens per second; both NaN where it failed. */
export interface Measurement {
  readonly endpoint: string
  readonly ok: boolean
  readonly ttftS: number
  readonly tokensPerSecond: number
}

/** A moment at which every endpoint of a model was measured from one site. */
export interface Round {
  readonly number: number
  /** Unix milliseconds. */
  readonly time: number
  readonly measurements: readonly Measurement[]
}

/** A model as seen from one site: its rounds in order. */
export interface PanelCell {
  readonly model: string
  readonly site: string
  readonly rounds: readonly Round[]
}

const COLUMNS = ['model', 'site', 'round', 'time_utc', 'endpoint', 'ok', 'ttft_s', 'tokens_per_s'] as const
type Column = (typeof COLUMNS)[number]

/**
 * Reads a panel file: CSV with the columns model, site, round, time_utc, endpoint, ok, ttft_s, tokens_per_s in any
 * order. Throws ROUTER_REPLAY_DATA.
 */
export async function readPanel(path: string): Promise<PanelCell[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new RouterError('ROUTER_REPLAY_DATA', { place: path, reason: reasonOf(error) }, { cause: error })
  }
  return parsePanel(text, path)
}

/** The same from text; `name` is what errors call it. */
export function parsePanel(text: string, name: string): PanelCell[] {
  const [head = '', ...lines] = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const places = columnsOf(head, name)
  const cells = new Map<
    string,
    { model: string; site: string; rounds: Map<number, { time: number; measurements: Measurement[] }> }
  >()
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const row = new Row(line.split(','), places, `${name}:${index + 2}`)
    const [model, site, number, endpoint] = [
      row.text('model'),
      row.text('site'),
      row.number('round'),
      row.text('endpoint'),
    ]
    const key = `${model}\n${site}`
    const cell = cells.get(key) ?? { model, site, rounds: new Map() }
    cells.set(key, cell)
    const round: { time: number; measurements: Measurement[] } = cell.rounds.get(number) ?? {
      time: row.time(),
      measurements: [],
    }
    cell.rounds.set(number, round)
    if (round.measurements.some((other) => other.endpoint === endpoint))
      throw row.bad(`round ${number} has ${endpoint} twice`)
    round.measurements.push(row.measurement(endpoint))
  }
  if (cells.size === 0) throw new RouterError('ROUTER_REPLAY_DATA', { place: name, reason: 'it has no rows' })
  return [...cells.values()].map(({ model, site, rounds }) => ({
    model,
    site,
    rounds: [...rounds].sort(([a], [b]) => a - b).map(([number, round]) => ({ number, ...round })),
  }))
}

function columnsOf(head: string, name: string): Readonly<Record<Column, number>> {
  const titles = head.split(',').map((title) => title.trim())
  const missing = COLUMNS.filter((column) => !titles.includes(column))
  if (missing.length > 0) {
    const reason = `the first line must name the columns ${COLUMNS.join(', ')}; ${missing.join(', ')} is missing`
    throw new RouterError('ROUTER_REPLAY_DATA', { place: `${name}:1`, reason })
  }
  return Object.fromEntries(COLUMNS.map((column) => [column, titles.indexOf(column)])) as Record<Column, number>
}

class Row {
  readonly #cells: readonly string[]
  readonly #places: Readonly<Record<Column, number>>
  readonly #place: string

  constructor(cells: readonly string[], places: Readonly<Record<Column, number>>, place: string) {
    this.#cells = cells
    this.#places = places
    this.#place = place
  }

  bad(reason: string): RouterError {
    return new RouterError('ROUTER_REPLAY_DATA', { place: this.#place, reason })
  }

  text(column: Column): string {
    const text = this.#cells[this.#places[column]]?.trim() ?? ''
    if (text === '') throw this.bad(`${column} is empty`)
    return text
  }

  number(column: Column): number {
    const value = Number(this.text(column))
    if (!Number.isFinite(value) || value < 0)
      throw this.bad(`${column} must be a number of zero or more, not "${this.text(column)}"`)
    return value
  }

  time(): number {
    const text = this.text('time_utc')
    const time = Date.parse(/(z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`)
    if (Number.isNaN(time)) throw this.bad(`time_utc must be a time as in 2026-05-04T03:02:01, not "${text}"`)
    return time
  }

  measurement(endpoint: string): Measurement {
    const ok = this.text('ok')
    if (ok !== '0' && ok !== '1') throw this.bad(`ok must be 0 or 1, not "${ok}"`)
    if (ok === '0') return { endpoint, ok: false, ttftS: Number.NaN, tokensPerSecond: Number.NaN }
    const tokensPerSecond = this.number('tokens_per_s')
    if (tokensPerSecond === 0) throw this.bad('tokens_per_s must be more than 0 where ok is 1')
    return { endpoint, ok: true, ttftS: this.number('ttft_s'), tokensPerSecond }
  }
}

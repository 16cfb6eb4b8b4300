import { count, NONE, percent, speed, speedColumn, time, usd } from '../../base/format/numbers.ts'
import { pad, printable } from '../../base/format/text.ts'
import { workUnitOf } from '../../base/work-units.ts'
import type { ModelSelection, RequestRecord, Usage } from '../../plugins/api.ts'
import type { Screen } from '../colour.ts'
import { type Column, table } from '../table.ts'
import { storyOf } from './story.ts'

const candidateColumns = (speedTitle: string): readonly Column[] => [
  { title: 'endpoint', shrink: true },
  { title: 'score', align: 'right' },
  { title: 'chance', align: 'right' },
  { title: 'TTFT', align: 'right' },
  { title: '×/÷', align: 'right' },
  { title: speedTitle, align: 'right' },
  { title: '×/÷', align: 'right' },
  { title: 'success', align: 'right' },
  { title: 'price', align: 'right' },
  { title: 'of list', align: 'right' },
  { title: 'why', shrink: true },
]
const MODELS: readonly Column[] = [
  { title: 'model', shrink: true },
  { title: 'quality', align: 'right' },
  { title: '±', align: 'right' },
  { title: 'opinions', align: 'right' },
  { title: 'price', align: 'right' },
  { title: 'chance', align: 'right' },
  { title: 'why', shrink: true },
]
const CHECKS: readonly Column[] = [
  { title: 'model', shrink: true },
  { title: 'check' },
  { title: 'verdict' },
  { title: 'right in', align: 'right' },
  { title: 'by' },
  { title: 'took', align: 'right' },
  { title: 'cost', align: 'right' },
  { title: 'next', shrink: true },
  { title: 'chance', align: 'right' },
  { title: 'detail', shrink: true },
]
const EXCLUDED: readonly Column[] = [
  { title: 'endpoint', shrink: true },
  { title: 'reason' },
  { title: 'detail', shrink: true },
]
const ATTEMPTS: readonly Column[] = [
  { title: 'at', align: 'right' },
  { title: 'endpoint', shrink: true },
  { title: 'outcome' },
  { title: 'status', align: 'right' },
  { title: 'TTFT', align: 'right' },
  { title: 'total', align: 'right' },
  { title: 'tokens in/out', align: 'right' },
  { title: 'work', align: 'right' },
  { title: 'cost', align: 'right' },
  { title: 'its id', shrink: true },
  { title: 'message', shrink: true },
]

/** The table without the columns that hold nothing in any row. */
function compact(columns: readonly Column[], rows: readonly (readonly string[])[], screen: Screen): string {
  const used = columns.map((_, at) => rows.some((row) => row[at] !== NONE && row[at] !== ''))
  return table(
    columns.filter((_, at) => used[at]),
    rows.map((row) => row.filter((_, at) => used[at])),
    screen,
  )
}

/** Four significant digits: scores live on whatever scale the strategy has. */
const score = (value: number): string => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : NONE)

/** One standard deviation of a belief, as a factor. */
const spread = (sd: number | undefined): string => (sd === undefined ? NONE : Math.exp(sd).toFixed(2))

function candidateTable(record: RequestRecord, screen: Screen): string {
  const chain = new Set(record.candidates.map((candidate) => candidate.model)).size > 1
  const unit = workUnitOf(record.class)
  const rows = record.candidates.map((candidate) => [
    printable(chain ? `${candidate.model}: ${candidate.endpoint}` : candidate.endpoint),
    score(candidate.score),
    percent(candidate.propensity),
    time(candidate.ttftMs),
    spread(candidate.ttftSd),
    speed(candidate.tokensPerSecond, unit),
    spread(candidate.speedSd),
    percent(candidate.success),
    usd(candidate.priceUsd),
    candidate.priceRatio === undefined ? NONE : percent(candidate.priceRatio),
    printable(candidate.why),
  ])
  return compact(candidateColumns(speedColumn([unit]).title), rows, screen)
}

function modelTable({ models }: ModelSelection, screen: Screen): string {
  const rows = models.map(({ model, quality, qualitySd, opinions, priceUsd, propensity, why }) => [
    printable(model),
    percent(quality),
    percent(qualitySd),
    count(Math.round(opinions)),
    usd(priceUsd),
    percent(propensity),
    why,
  ])
  return compact(MODELS, rows, screen)
}

function checkTable({ checks = [] }: ModelSelection, screen: Screen): string {
  const { green, red } = screen.palette
  const rows = checks.map((each) => [
    printable(each.model),
    each.check,
    each.passed === undefined ? 'unknown' : each.passed ? green('passed') : red('failed'),
    each.reliability === undefined ? NONE : percent(each.reliability),
    each.reliability === undefined ? NONE : each.opinions ? `${each.opinions.toFixed(1)} opinions` : 'declaration',
    time(each.totalMs),
    usd(each.costUsd),
    each.next === undefined ? NONE : printable(each.escalated ? each.next : `not ${each.next}`),
    each.chance === undefined ? NONE : percent(each.chance),
    printable(each.detail ?? ''),
  ])
  return compact(CHECKS, rows, screen)
}

/** What was used beside tokens: `2 images 1024x1024 hd`, `31 s of audio`. */
function workText({
  images,
  imageSize,
  quality,
  seconds,
  characters,
  documents,
  pages,
  searches,
  loadMs,
}: Usage): string {
  const parts = [
    images !== undefined &&
      [count(images), images === 1 ? 'image' : 'images', imageSize, quality].filter(Boolean).join(' '),
    seconds !== undefined && `${time(1000 * seconds)} of audio`,
    characters !== undefined && `${count(characters)} characters`,
    documents !== undefined && `${count(documents)} documents`,
    pages !== undefined && `${count(pages)} pages`,
    searches !== undefined && `${count(searches)} searches`,
    loadMs !== undefined && `${time(loadMs)} to load the model`,
  ].filter(Boolean)
  return parts.length > 0 ? printable(parts.join(', ')) : NONE
}

function attemptTable(record: RequestRecord, screen: Screen): string {
  const { green, red } = screen.palette
  const rows = record.attempts.map(({ usage, ...attempt }) => [
    time(attempt.startMs),
    printable(attempt.endpoint),
    (attempt.kind === 'ok' ? green : red)(attempt.kind),
    attempt.status === undefined ? NONE : String(attempt.status),
    time(attempt.ttftMs),
    time(attempt.totalMs),
    usage && (usage.inputTokens ?? usage.outputTokens) !== undefined
      ? `${count(usage.inputTokens)}/${count(usage.outputTokens)}`
      : NONE,
    usage ? workText(usage) : NONE,
    usd(attempt.costUsd),
    printable(attempt.requestId ?? ''),
    printable(attempt.message ?? ''),
  ])
  return compact(ATTEMPTS, rows, screen)
}

function excludedTable(record: RequestRecord, screen: Screen): string {
  const rows = record.excluded.map((exclusion) => [
    printable(exclusion.endpoint),
    exclusion.reason,
    printable(exclusion.detail),
  ])
  return compact(EXCLUDED, rows, screen)
}

/** Everything about one decision: the story, the facts, and a table each of candidates, exclusions and attempts. */
export function explainView(record: RequestRecord, screen: Screen): string {
  const { bold, green, red, dim } = screen.palette
  const facts: readonly (readonly [string, string])[] = [
    ['model', record.requestedModel],
    [
      'request',
      `${record.operation}, ${record.wire}, ${record.stream ? 'streaming' : 'not streaming'}, class ${record.class}`,
    ],
    ['strategy', `${record.strategy} (configuration ${record.configVersion})`],
    [
      'time',
      `${time(record.totalMs)} in all, ${time(record.overheadMs)} of it in the router before the first upstream call`,
    ],
  ]
  const trace = [
    record.requestId !== undefined && `x-request-id ${record.requestId}`,
    record.traceparent !== undefined && `traceparent ${record.traceparent}`,
  ]
  const shown = trace.some(Boolean) ? [...facts, ['trace', trace.filter(Boolean).join(', ')] as const] : facts
  const section = (title: string, content: string) => `${bold(title)}\n${content}`
  return [
    `${bold(printable(record.id))}  ${(record.kind === 'ok' ? green : red)(record.kind)}  ${dim(new Date(record.time).toISOString())}`,
    storyOf(record),
    shown.map(([name, value]) => `${dim(pad(name, 8))}  ${printable(value)}`).join('\n'),
    record.selection !== undefined &&
      section(`Models of ${printable(record.selection.name)}`, modelTable(record.selection, screen)),
    record.selection?.checks !== undefined && section('Checks', checkTable(record.selection, screen)),
    record.candidates.length > 0 && section('Candidates', candidateTable(record, screen)),
    record.excluded.length > 0 && section('Excluded', excludedTable(record, screen)),
    record.attempts.length > 0 && section('Attempts', attemptTable(record, screen)),
  ]
    .filter((part) => part !== false)
    .join('\n\n')
}

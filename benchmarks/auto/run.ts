/**
 * How well a selector finds out which cheaper model is good enough. Run: npx node -C source benchmarks/auto/run.ts FILE, where FILE is a
 * `model-correctness` CSV (see `readPrompts`). Prints the curves and writes benchmarks/results/auto.json.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { RouterError } from '../../src/errors.ts'
import { curveOf, type Prompt, readPrompts, referencesOf } from './replay.ts'

const SEEDS = 10
const FLOORS = [0.7, 0.75, 0.8, 0.82, 0.84, 0.86, 0.87, 0.88, 0.89, 0.9, 0.92, 0.95, 1]
const TARGET = 0.95
const LIMIT = 0.6
const SETTINGS = [
  { name: 'task known, every answer judged', tasks: true, feedback: 1 },
  { name: 'task known, one answer in five judged', tasks: true, feedback: 0.2 },
  { name: 'task unknown, every answer judged', tasks: false, feedback: 1 },
]

const percent = (value: number) => `${(100 * value).toFixed(1)} %`

/** Strong calls at which the curve passes the target, between its two nearest points. */
function callsAtTarget(curve: ReturnType<typeof curveOf>): number | undefined {
  const above = curve.findIndex(({ accuracy }) => accuracy >= TARGET)
  const [before, after] = [curve[above - 1], curve[above]]
  if (!after) return undefined
  if (!before) return after.calls
  return before.calls + ((TARGET - before.accuracy) / (after.accuracy - before.accuracy)) * (after.calls - before.calls)
}

function tablesOf(name: string, prompts: readonly Prompt[]) {
  const { cheap, coin, hindsight } = referencesOf(prompts, TARGET)
  const curves = SETTINGS.map((setting) => ({ ...setting, curve: curveOf(prompts, setting, FLOORS, SEEDS) }))
  const verdict = curves.map(({ name: setting, curve }) => {
    const calls = callsAtTarget(curve)
    const reached = curve.find((point) => point.accuracy >= TARGET && point.calls <= LIMIT)
    const at = reached ? `yes, at min_quality ${reached.floor}` : 'no'
    return [setting, calls === undefined ? 'not reached' : percent(calls), at]
  })
  return [
    {
      title: `${name}: ${prompts.length} prompts`,
      note: `The cheap model alone: ${percent(cheap)} of the strong model's right answers. A coin needs ${percent(coin)} strong calls for ${percent(TARGET)}, tasks sorted in hindsight ${percent(hindsight)}.`,
      columns: ['', `strong calls at ${percent(TARGET)}`, `${percent(TARGET)} at <= ${percent(LIMIT)} of the calls`],
      rows: verdict,
    },
    {
      title: `${name}: strong calls / accuracy relative to the strong model`,
      columns: ['min_quality', ...curves.map((each) => each.name)],
      rows: FLOORS.map((floor, at) => [
        floor,
        ...curves.map(({ curve }) => `${percent(curve[at]!.calls)} / ${percent(curve[at]!.accuracy)}`),
      ]),
    },
  ]
}

const [file] = process.argv.slice(2)
if (!file) throw new RouterError('ROUTER_USAGE', { reason: 'Name a file: benchmarks/auto/run.ts model-correctness.csv' })
const prompts = readPrompts(readFileSync(file, 'utf8'))
const of = (benchmark: string) => prompts.filter((prompt) => prompt.benchmark === benchmark)
const tables = [...tablesOf('All', prompts), ...tablesOf('MMLU', of('mmlu')), ...tablesOf('GSM8K', of('gsm8k'))]
for (const { title, note, columns, rows } of tables as { title: string; note?: string; columns: string[]; rows: unknown[][] }[]) {
  console.log(`\n${title}${note ? `\n${note}` : ''}`)
  console.table(rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at] || 'setting', value]))))
}
writeFileSync(new URL('../results/auto.json', import.meta.url), `${JSON.stringify({ facts: { seeds: SEEDS }, tables }, null, 1)}\n`)

/**
 * How well a selector finds out which cheaper model is good enough. Run: npx node -C source benchmarks/auto/run.ts
 * FILE, where FILE is a `model-correctness` CSV (see `readCorrectness`). Prints the curves and writes
 * benchmarks/results/auto.json.
 */
import { writeFileSync } from 'node:fs'
import { RouterError } from '../../src/base/errors.ts'
import { evaluateCorrectness, FLOORS, TARGET } from '../../src/replay/correctness/evaluate.ts'
import { type Correctness, readCorrectness } from '../../src/replay/correctness/read-correctness.ts'

const SEEDS = 10
const LIMIT = 0.6

const percent = (value: number) => `${(100 * value).toFixed(1)} %`

function tablesOf(name: string, correctness: Correctness) {
  const { prompts, references, settings } = evaluateCorrectness(correctness, SEEDS)
  const verdict = settings.map(({ name: setting, curve, calls_at_target: calls, worse_than_coin: worse }) => {
    const reached = curve.find((point) => point.accuracy >= TARGET && point.calls <= LIMIT)
    const at = reached ? `yes, at min_quality ${reached.min_quality}` : 'no'
    return [setting, calls === undefined ? 'not reached' : percent(calls), at, worse.join(', ') || 'nowhere']
  })
  return [
    {
      title: `${name}: ${prompts} prompts`,
      note: `The cheap model alone: ${percent(references.cheap_accuracy)} of the strong model's right answers. A coin needs ${percent(references.coin_calls)} strong calls for ${percent(TARGET)}, tasks sorted in hindsight ${percent(references.hindsight_calls)}.`,
      columns: [
        '',
        `strong calls at ${percent(TARGET)}`,
        `${percent(TARGET)} at <= ${percent(LIMIT)} of the calls`,
        'worse than a coin at',
      ],
      rows: verdict,
    },
    {
      title: `${name}: strong calls / accuracy relative to the strong model`,
      columns: ['min_quality', ...settings.map((each) => each.name)],
      rows: FLOORS.map((floor, at) => [
        floor,
        ...settings.map(({ curve }) => `${percent(curve[at]!.calls)} / ${percent(curve[at]!.accuracy)}`),
      ]),
    },
  ]
}

const [file] = process.argv.slice(2)
if (!file)
  throw new RouterError('ROUTER_USAGE', { reason: 'Name a file: benchmarks/auto/run.ts model-correctness.csv' })
const all = await readCorrectness(file)
const of = (benchmark: string) => ({ ...all, prompts: all.prompts.filter((prompt) => prompt.benchmark === benchmark) })
const tables = [...tablesOf('All', all), ...tablesOf('MMLU', of('mmlu')), ...tablesOf('GSM8K', of('gsm8k'))]
for (const { title, note, columns, rows } of tables as {
  title: string
  note?: string
  columns: string[]
  rows: unknown[][]
}[]) {
  console.log(`\n${title}${note ? `\n${note}` : ''}`)
  console.table(rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at] || 'setting', value]))))
}
writeFileSync(
  new URL('../results/auto.json', import.meta.url),
  `${JSON.stringify({ facts: { seeds: SEEDS }, tables }, null, 1)}\n`,
)

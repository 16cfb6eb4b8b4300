/**
 * How often the kind of work is recognised, on the labelled prompts of the tests. Run: npm run bench:request-types.
 * Prints the confusion and writes benchmarks/results/request-types.json.
 */
import { writeFileSync } from 'node:fs'
import { ownCall } from '../../src/app/own-requests/own-call.ts'
import type { RequestType } from '../../src/base/request-types.ts'
import { demandOf } from '../../src/wire/describe/demand.ts'
import { requestTypeOf } from '../../src/wire/describe/request-type.ts'
import { LABELLED, type LabelledPrompt } from '../../test/unit/wire/describe/labelled-prompts.ts'

const PARTS = {
  chosen: 'words chosen by them',
  kept: 'kept apart at first',
  blind: 'written when the words stood',
} as const
const TYPES = [...new Set(LABELLED.map(({ type }) => type))]

function typeOf({ prompt, rules }: LabelledPrompt): RequestType {
  const system = rules === undefined ? [] : [{ role: 'system', content: rules }]
  const body = { messages: [...system, { role: 'user', content: prompt }] }
  const call = ownCall('chat', body)
  return requestTypeOf(call, demandOf(call))
}

const found = LABELLED.map((prompt) => ({ ...prompt, found: typeOf(prompt) }))
const share = (of: typeof found) =>
  `${((100 * of.filter((each) => each.found === each.type).length) / of.length).toFixed(0)} %`
const others = found.filter(({ part }) => part === 'blind')
const tables = [
  {
    title: 'Kinds of work recognised',
    columns: ['prompts', 'how many', 'right'],
    rows: Object.entries(PARTS).map(([part, name]) => {
      const own = found.filter((each) => each.part === part)
      return [name, own.length, share(own)]
    }),
  },
  {
    title: 'What prompts of each kind are taken for: those written when the words stood',
    columns: ['kind', ...TYPES, 'right'],
    rows: TYPES.map((type) => {
      const own = others.filter((each) => each.type === type)
      return [type, ...TYPES.map((as) => own.filter((each) => each.found === as).length || ''), share(own)]
    }),
  },
]
for (const { title, columns, rows } of tables) {
  console.log(`\n${title}`)
  console.table(rows.map((row) => Object.fromEntries(row.map((value, at) => [columns[at]!, value]))))
}
writeFileSync(
  new URL('../results/request-types.json', import.meta.url),
  `${JSON.stringify({ facts: { prompts: LABELLED.length }, tables }, null, 1)}\n`,
)

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { PROBLEMS } from '../../../../src/federation/protocol/problem.ts'
import { HUB_INFO, INCIDENTS, MAP } from '../../../../src/federation/protocol/schema/map.ts'
import { ALARM, ENROLMENT, REPORT, REQUEST } from '../../../../src/federation/protocol/schema/report.ts'
import { REPORT_KINDS } from '../../../../src/federation/protocol/words.ts'

const page = readFileSync(new URL('../../../../docs/federation-protocol.md', import.meta.url), 'utf8')
const section = (title: string) => page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? ''

type Schema = { properties?: Record<string, Schema>; items?: Schema | Schema[] }

/** Every field's name in a schema, however deep. */
function fieldsOf({ properties = {}, items }: Schema): string[] {
  const below = Array.isArray(items) ? items : items ? [items] : []
  return [
    ...Object.entries(properties).flatMap(([name, schema]) => [name, ...fieldsOf(schema)]),
    ...below.flatMap(fieldsOf),
  ]
}

test.each([
  ['Report', REPORT],
  ['Alarm', ALARM],
  ['Map', MAP],
  ['Incidents', INCIDENTS],
  ['Enrolment and signed requests', ENROLMENT],
  ['Enrolment and signed requests', REQUEST],
  ['Paths', HUB_INFO],
])('the page names every field of %s', (title, schema) => {
  const missing = fieldsOf(schema as Schema).filter((name) => !section(title).includes(`\`${name}\``))
  expect(missing).toEqual([])
})

test('the page names every kind, and every code with its status', () => {
  expect(REPORT_KINDS.filter((kind) => !section('Report').includes(`\`${kind}\``))).toEqual([])
  const rows = section('What is refused').split('\n')
  expect(
    Object.entries(PROBLEMS).filter(
      ([code, status]) => !rows.some((row) => row.includes(`\`${code}\``) && row.includes(`| ${status} |`)),
    ),
  ).toEqual([])
})

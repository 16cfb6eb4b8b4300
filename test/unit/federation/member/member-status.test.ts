import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MemberStatus, readStatus } from '../../../../src/federation/member/membership/member-status.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

const ABOUT = { hub: 'https://hub.example', member: 'me', epochSeconds: 3600 }
const MODEL = { provider: 'openai', model: 'gpt-4o', region: '-' }
const WAITING = { waiting: 0, endpoints: { configured: 1, public: 1, with_prior: 0 } }
let directory: string
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => removeDirectory(directory))

async function written(): Promise<Record<string, unknown>> {
  const status = new MemberStatus(directory, ABOUT)
  status.reported([MODEL], 500)
  status.lastReport = { epoch: 500, at: 1_800_000, cells: 1 }
  status.failed('map', 'no answer', 1_800_000_000)
  await status.save(WAITING, 1_800_000_000)
  return JSON.parse(JSON.stringify(readStatus(directory)))
}

test('a restart knows what was reported and when', async () => {
  await written()
  const status = new MemberStatus(directory, ABOUT)
  status.load()
  expect([status.hasReported(MODEL, 501), status.lastReport?.at]).toEqual([true, 1_800_000])
})

test.each([
  ['reported', [null]],
  ['reported', {}],
  ['reported', ['openai']],
  ['incidents', null],
  ['incidents', [null]],
  ['problems', null],
  ['problems', { map: null }],
  ['problems', { map: { at: 'now' } }],
  ['problems', { map: { at: 1e300 } }],
  ['last_report', null],
  ['last_report', { at: [] }],
  ['last_map', 5],
  ['endpoints', null],
])('a status whose %s is %j is none', async (name, value) => {
  const file = await written()
  writeFileSync(join(directory, 'status.json'), JSON.stringify({ ...file, [name]: value }))
  expect(readStatus(directory)).toBeUndefined()
  new MemberStatus(directory, ABOUT).load()
})

test.each(['null', '[]', '5', '"text"', '{', ''])('a status file that holds %j is none', (text) => {
  writeFileSync(join(directory, 'status.json'), text)
  expect(readStatus(directory)).toBeUndefined()
})

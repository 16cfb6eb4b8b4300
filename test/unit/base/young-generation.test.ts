import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const MODULE = new URL('../../../src/base/young-generation.ts', import.meta.url).href

/** Makes much, in many turns, of which some survives; prints how many bytes the young generation has grown to. */
const PROGRAM = `
const { boundYoungGeneration } = await import(${JSON.stringify(MODULE)})
boundYoungGeneration(0)
let kept = []
for (let turn = 0; turn < 2000; turn++) {
  for (let i = 0; i < 1000; i++) kept.push({ turn, text: 'x' + i, list: [i] })
  if (kept.length > 20_000) kept = []
  await new Promise((resolve) => setImmediate(resolve))
}
const { getHeapSpaceStatistics } = await import('node:v8')
console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size)
`

async function grownTo(...flags: string[]): Promise<number> {
  const args = [...flags, '--input-type=module', '-e', PROGRAM]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })
  return Number(stdout) / 1024 / 1024
}

test('the young generation grows to two halves of 8 MB', async () => {
  expect(await grownTo()).toBe(16)
})

test('unless its size was chosen', async () => {
  expect(await grownTo('--min-semi-space-size=16')).toBeGreaterThan(16)
})

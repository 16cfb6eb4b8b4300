/** What outlives its request in V8's young generation is bounded: a Set of requests under way would keep them all. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../../benchmarks/promotion.ts', import.meta.url))
const HALVES = ['--min-semi-space-size=16', '--max-semi-space-size=16']
/** Between what is usual and what one table too many keeps (see the script). */
const MAX_BYTES = 1000

it('hardly anything of a request gets into the old generation', { timeout: 120_000 }, async () => {
  const args = ['-C', 'source', '--expose-gc', ...HALVES, SCRIPT]
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...process.env, NODE_OPTIONS: '' } })
  const { promoted } = JSON.parse(stdout) as { promoted: Record<'whole' | 'stream', number> }
  expect(promoted.whole).toBeLessThan(MAX_BYTES)
  expect(promoted.stream).toBeLessThan(MAX_BYTES)
})

/** What a failing test has started does not outlive the run: vitest is run on tests that fail. */
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { spawnChild } from '../helpers/processes.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

/** Processes with this text in their command line. */
function processesWith(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text)
      } catch {
        return false
      }
    })
}

describe.skipIf(!existsSync('/proc/self/cmdline')).concurrent('a run of the tests leaves no process', () => {
  test.each([
    ['assertion.failing.ts', /expected \d+ to be/],
    ['hook.failing.ts', /Hook timed out/],
  ])('of %s', async (file, failure) => {
    const directory = await temporaryDirectory()
    const args = [VITEST, 'run', '--config', 'test/helpers/leftovers/vitest.config.ts', file]
    const { TEST_SHARED_DIRECTORY: _, ...env } = process.env
    const child = spawnChild(process.execPath, args, {
      cwd: ROOT,
      env: { ...env, NO_COLOR: '1', LEFTOVERS_DIRECTORY: directory },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk))
    const [code] = await once(child, 'close')
    expect(output).toMatch(failure)
    expect(code).toBe(1)
    // It had begun: otherwise there was nothing to leave.
    expect(existsSync(`${directory}/config.yaml`)).toBe(true)
    expect(processesWith(directory)).toEqual([])
    await removeDirectory(directory)
  })
})

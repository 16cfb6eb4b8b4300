import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { runCommand } from '../../../../src/app/checking/run-command.ts'

const NOBODY = new AbortController().signal

/** What it starts is in a session of its own, which no signal to its group reaches, and keeps its output open. */
const leaving = (then: string) =>
  `require('child_process').spawn(process.execPath, ['-e', 'setTimeout(() => {}, 4000)'], ` +
  `{ detached: true, stdio: 'inherit' }).unref(); ${then}`

it.each([
  ['which has ended', leaving('process.exit(1)'), 1],
  ['which takes too long', leaving('setInterval(() => {}, 1000)'), 'took too long'],
])('does not wait for what a command has left behind, %s', async (_, program, ended) => {
  const words = [process.execPath, '-e', program] as const
  expect(await runCommand({ words, directory: '.', timeoutMs: 1500 }, '{}', NOBODY)).toBe(ended)
})

it('says so where no file can be opened any more, and ends nothing else', async () => {
  const module = fileURLToPath(new URL('../../../../src/app/checking/run-command.ts', import.meta.url))
  const program = `
    const { runCommand } = await import(${JSON.stringify(module)})
    const { openSync } = await import('node:fs')
    try { for (;;) openSync('/dev/null') } catch {}
    const command = { words: ['true'], directory: '.', timeoutMs: 1000 }
    console.log(await runCommand(command, '{}', new AbortController().signal))
  `
  const limited = ['-c', 'ulimit -n 100; exec "$0" "$@"', process.execPath, '--input-type=module', '-e', program]
  const { stdout } = await promisify(execFile)('/bin/sh', limited)
  expect(stdout).toBe('could not be started\n')
})

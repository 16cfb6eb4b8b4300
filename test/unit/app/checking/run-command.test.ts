import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { runCommand } from '../../../../src/app/checking/run-command.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

const NOBODY = new AbortController().signal

/** Runs as long as its folder is there. */
const LINGERER = `setInterval(() => require('fs').existsSync(process.argv[1]) || process.exit(), 50)`

/** What it starts is in a session of its own, which no signal to its group reaches, and keeps its output open. */
const leaving = (then: string) =>
  `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(LINGERER)}, process.argv[1]], ` +
  `{ detached: true, stdio: 'inherit' }).unref(); ${then}`

it.each([
  ['which has ended', leaving('process.exit(1)'), 60_000, 1],
  ['which takes too long', leaving('setInterval(() => {}, 1000)'), 1500, 'took too long'],
])('does not wait for what a command has left behind, %s', async (_, program, timeoutMs, ended) => {
  const lingers = await temporaryDirectory()
  const words = [process.execPath, '-e', program, lingers] as const
  try {
    expect(await runCommand({ words, directory: '.', timeoutMs }, '{}', NOBODY)).toBe(ended)
  } finally {
    await removeDirectory(lingers)
  }
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

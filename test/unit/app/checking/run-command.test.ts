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

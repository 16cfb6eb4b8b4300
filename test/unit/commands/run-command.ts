/** Runs a command in this process and catches what it prints, and the exit code that the process would have. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Config } from '@oclif/core/config'
import { onTestFinished, vi } from 'vitest'
import pjson from '../../../package.json' with { type: 'json' }

interface Runnable {
  id: string
  run(argv: string[], config: Config): Promise<unknown>
}

export interface Ran {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

export async function runCommand(command: unknown, ...argv: string[]): Promise<Ran> {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  // Without the `commands` key, since oclif would import them by itself, and from the build.
  const config = await Config.load({
    root,
    pjson: { ...pjson, oclif: { bin: 'router', topicSeparator: ' ' } } as never,
  })
  const stdout: string[] = []
  const stderr: string[] = []
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => void stdout.push(args.join(' ')))
  const error = vi.spyOn(console, 'error').mockImplementation((...args) => void stderr.push(args.join(' ')))
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr.push(String(text).trimEnd())
    return true
  })
  const runnable = command as Runnable
  runnable.id ??= 'command'
  try {
    await runnable.run(argv, config)
    return { exit: 0, stdout: stdout.join('\n'), stderr: stderr.join('\n') }
  } catch (thrown) {
    const { message, oclif } = thrown as Error & { oclif?: { exit?: number } }
    if (!message.startsWith('EEXIT')) stderr.push(message)
    return { exit: oclif?.exit ?? 1, stdout: stdout.join('\n'), stderr: stderr.join('\n') }
  } finally {
    for (const spy of [log, error, write]) spy.mockRestore()
  }
}

/** A folder that lives as long as the test, with these files. */
export async function folder(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'router-command-'))
  onTestFinished(() => rm(directory, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text)
  return directory
}

/** Three simulated endpoints in two models. */
export const SANDBOX = `
providers:
  sandbox: {}
models:
  small:
    description: For tests
    endpoints: [sandbox/fast, { provider: sandbox, model: steady, weight: 2 }]
    fallbacks: [big]
  big:
    endpoints: [sandbox/steady, sandbox/flaky]
    strategy: priority
`

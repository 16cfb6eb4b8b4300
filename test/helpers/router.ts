/** `router serve` as a process of its own, with a config file and a state folder of its own. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { removeDirectory, temporaryDirectory } from './directory.ts'
import { inTime, PATIENCE_MS } from './patience.ts'
import { spawnChild } from './processes.ts'
import type { Json } from './upstream/types.ts'

/** From source; the variable lets the same tests drive the built or an installed router. */
const ENTRY = process.env.ROUTER_TEST_ENTRY ?? fileURLToPath(new URL('../../bin/dev.js', import.meta.url))
const READY = /listens on (http:\/\/(?:127|0)\.0\.0\.[01]:\d+)/

export interface RouterOptions {
  /** The config file as an object, or as text. */
  config: Json | string
  /** Environment of the process, beside PATH and a home folder of its own. */
  env?: Record<string, string>
  /** A folder to use instead of a fresh one; not removed at the end. */
  directory?: string
}

export interface Router {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  readonly pid: number
  readonly directory: string
  readonly configFile: string
  readonly stateDirectory: string
  /** Everything that the process has printed. */
  logs(): string
  /**
   * Settles when the output from now on, or from `since` (a length of `logs()`), matches; rejects with the output when
   * that takes too long or the process ends without.
   */
  waitForLog(pattern: RegExp, since?: number): Promise<void>
  /** Resident memory in bytes (Linux). */
  residentBytes(): Promise<number>
  writeConfig(config: Json | string): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Settles with the exit code (null after a signal) once the process is gone. */
  readonly exited: Promise<number | null>
  /** Stops without draining, and removes the folder. The exit code is null when it had to be killed. */
  stop(): Promise<number | null>
  /** Kills at once and keeps the folder, for a restart. */
  kill9(): Promise<void>
  /** Starts again on the same folder, after `kill9` or an exit. */
  restart(): Promise<Router>
  /** Runs `router ARGS -c FILE`. */
  cli(...args: string[]): Promise<CliResult>
}

export interface CliResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Starts a router and waits until it listens. Rejects with its output when it does not. */
export async function startRouter(options: RouterOptions): Promise<Router> {
  const directory = options.directory ?? (await temporaryDirectory())
  const configFile = join(directory, 'config.yaml')
  const writeConfig = (config: Json | string): Promise<void> =>
    writeFile(configFile, typeof config === 'string' ? config : stringify(config))
  await writeConfig(options.config)
  const run = (args: string[]): ChildProcess => spawnRouter(args, directory, options.env)

  const child = run(['serve', '-c', configFile, '--port', '0'])
  const output = watchOutput(child)
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const url = await listening(child, output)

  return {
    url,
    pid: child.pid ?? 0,
    directory,
    configFile,
    stateDirectory: join(directory, '.router'),
    logs: output.text,
    waitForLog: output.waitFor,
    residentBytes: () => residentBytes(child.pid ?? 0),
    writeConfig,
    signal: (name) => void child.kill(name),
    exited,
    async stop() {
      // Not SIGTERM: that one may wait for balancers.
      child.kill('SIGINT')
      const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS)
      const code = await exited
      clearTimeout(timer)
      if (options.directory === undefined) await removeDirectory(directory)
      return code
    },
    async kill9() {
      child.kill('SIGKILL')
      await exited
    },
    async restart() {
      const again = await startRouter({ ...options, directory })
      return { ...again, stop: () => again.stop().finally(() => removeDirectory(directory)) }
    },
    cli: (...args) => runToEnd(run([...args, '-c', configFile])),
  }
}

/** Runs `router ARGS` in a folder, without a config file of its own. */
export const runRouter = (args: string[], directory: string, env?: Record<string, string>): Promise<CliResult> =>
  runToEnd(spawnRouter(args, directory, env))

export function spawnRouter(args: string[], directory: string, env: Record<string, string> = {}): ChildProcess {
  return spawnChild(process.execPath, ['-C', 'source', ENTRY, ...args], {
    cwd: directory,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: directory,
      XDG_CACHE_HOME: directory,
      XDG_CONFIG_HOME: directory,
      XDG_DATA_HOME: directory,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function runToEnd(child: ChildProcess): Promise<CliResult> {
  const streams = { stdout: '', stderr: '' }
  child.stdout?.on('data', (chunk: Buffer) => {
    streams.stdout += chunk
  })
  child.stderr?.on('data', (chunk: Buffer) => {
    streams.stderr += chunk
  })
  const [code] = (await inTime(
    once(child, 'close'),
    `the end of ${child.spawnargs.slice(4).join(' ')}`,
    () => streams.stdout + streams.stderr,
  )) as [number | null]
  return { code, ...streams }
}

interface Output {
  text(): string
  waitFor(pattern: RegExp, since?: number): Promise<void>
}

/** What processes have printed whose output somebody watches, for `printOutputs`. */
const watched = new Map<ChildProcess, () => string>()

export function watchOutput(child: ChildProcess): Output {
  let text = ''
  const waiters = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk
      for (const check of waiters) check()
    })
  }
  const closed = once(child, 'close')
  watched.set(child, () => text)
  return {
    text: () => text,
    waitFor: (pattern, since = text.length) => {
      const match = new Promise<void>((resolve, reject) => {
        const check = (): void => {
          if (!pattern.test(text.slice(since))) return void waiters.add(check)
          waiters.delete(check)
          resolve()
        }
        check()
        closed.then(() => reject(new Error(`the process ended without ${pattern}:\n${text.slice(since)}`)))
      })
      const seen = inTime(match, String(pattern), () => text.slice(since))
      // A test that fails before it awaits this has said what is wrong.
      seen.catch(() => {})
      return seen
    },
  }
}

/**
 * Prints the end of what each process has printed since the last call, if a test has `failed`; forgets those that are
 * gone.
 */
export function printOutputs(failed: boolean): void {
  for (const [child, text] of watched) {
    if (failed)
      console.error(`--- ${child.spawnargs.slice(4).join(' ')} (${child.pid}) printed:\n${text().slice(-8000)}`)
    if (child.exitCode !== null || child.signalCode !== null) watched.delete(child)
  }
}

/** Settles with the address; rejects with the output when the process ends, or does not listen in time. */
export async function listening(child: ChildProcess, output: Output): Promise<string> {
  try {
    await output.waitFor(READY, 0)
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
  return READY.exec(output.text())?.[1] ?? ''
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

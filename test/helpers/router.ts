/** `router serve` as a process of its own, with a config file and a state folder of its own. */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stringify } from 'yaml'
import { spawnChild } from './processes.ts'
import type { Json } from './upstream/types.ts'

/** From source; the variable lets the same tests drive the built or an installed router. */
const ENTRY = process.env.ROUTER_TEST_ENTRY ?? fileURLToPath(new URL('../../bin/dev.js', import.meta.url))
const READY = /listens on (http:\/\/(?:127|0)\.0\.0\.[01]:\d+)/
const START_LIMIT_MS = 90_000
const STOP_LIMIT_MS = 5000

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
  /** Settles when the output from now on, or from `since` (a length of `logs()`), matches. */
  waitForLog(pattern: RegExp, since?: number): Promise<void>
  /** Resident memory in bytes (Linux). */
  residentBytes(): Promise<number>
  writeConfig(config: Json | string): Promise<void>
  signal(name: NodeJS.Signals): void
  /** Settles with the exit code (null after a signal) once the process is gone. */
  readonly exited: Promise<number | null>
  /** Drains (for 5 s at most), stops and removes the folder. The exit code is null when it had to be killed. */
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
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'router-test-')))
  const configFile = join(directory, 'config.yaml')
  const writeConfig = (config: Json | string): Promise<void> =>
    writeFile(configFile, typeof config === 'string' ? config : stringify(config))
  await writeConfig(options.config)
  const run = (args: string[]): ChildProcess => spawnRouter(args, directory, options.env)

  const child = run(['serve', '-c', configFile, '--port', '0'])
  const output = watchOutput(child)
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const url = await listening(child, output, exited)

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
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
      const code = await exited
      clearTimeout(timer)
      if (options.directory === undefined) await rm(directory, { recursive: true, force: true })
      return code
    },
    async kill9() {
      child.kill('SIGKILL')
      await exited
    },
    async restart() {
      const again = await startRouter({ ...options, directory })
      return { ...again, stop: () => again.stop().finally(() => rm(directory, { recursive: true, force: true })) }
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
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...streams }
}

interface Output {
  text(): string
  waitFor(pattern: RegExp, since?: number): Promise<void>
}

export function watchOutput(child: ChildProcess): Output {
  let text = ''
  const waiters = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk
      for (const check of waiters) check()
    })
  }
  return {
    text: () => text,
    waitFor: (pattern, since = text.length) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (!pattern.test(text.slice(since))) return void waiters.add(check)
          waiters.delete(check)
          resolve()
        }
        check()
      }),
  }
}

export async function listening(
  child: ChildProcess,
  output: Output,
  exited: Promise<number | null>,
  limitMs = START_LIMIT_MS,
): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), limitMs)
  const gone = await Promise.race([output.waitFor(READY, 0).then(() => false), exited.then(() => true)])
  clearTimeout(timer)
  if (gone) throw new Error(`router serve did not start:\n${output.text()}`)
  return READY.exec(output.text())?.[1] ?? ''
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

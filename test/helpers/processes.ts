/**
 * Processes that tests start. A test that fails, or a hook that times out, leaves them running, and vitest's workers
 * end without a chance to clean up: therefore each is noted in the run's shared folder, and the end of the run ends
 * whoever is left (see global-setup.ts).
 */
import { type ChildProcess, fork, type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startOf } from '../../src/base/process-mark.ts'

const folderIn = (shared: string): string => join(shared, 'processes')

/** Like node's `spawn`; the process does not outlive the run. */
export function spawnChild(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  return noted(spawn(command, args, { ...options, env: withCompiledCode(options.env) }))
}

/**
 * A script of the repository's, or a test's own, run from source with a channel for messages; it does not outlive the
 * run.
 */
export const forkChild = (script: string, args: readonly string[] = []): ChildProcess =>
  noted(fork(script, args, { execArgv: ['-C', 'source'], env: withCompiledCode() }))

/** Half the cost of each start from source is to compile what the start before has compiled. */
function withCompiledCode(env: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const shared = process.env.TEST_SHARED_DIRECTORY
  return shared === undefined ? env : { NODE_COMPILE_CACHE: join(shared, 'compile-cache'), ...env }
}

function noted(child: ChildProcess): ChildProcess {
  const shared = process.env.TEST_SHARED_DIRECTORY
  if (shared === undefined || child.pid === undefined) return child
  mkdirSync(folderIn(shared), { recursive: true })
  const file = join(folderIn(shared), String(child.pid))
  writeFileSync(file, startOf(child.pid))
  child.once('exit', () => rmSync(file, { force: true }))
  return child
}

/** Kills what tests have left running; returns their process ids. Synchronous, for `process.on('exit')`. */
export function killLeftovers(shared: string): number[] {
  const pids = readNames(folderIn(shared)).map(Number)
  return pids.filter((pid) => {
    // Another process may have the number by now.
    if (readFileSync(join(folderIn(shared), String(pid)), 'utf8') !== startOf(pid)) return false
    try {
      return process.kill(pid, 'SIGKILL')
    } catch {
      return false
    }
  })
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

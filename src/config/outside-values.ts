import { execSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { RouterError } from '../base/errors.ts'
import type { OutsideValues } from './environment.ts'

/** A password manager may ask for a touch. */
const TIMEOUT_MS = 30_000
const MAX_BYTES = 1024 ** 2

/**
 * Reads files, and runs commands in a shell, in the folder of the configuration; each once. What a command prints on
 * stderr is not repeated, since it may be a secret too. `timeoutMs`: of a command.
 * @throws ROUTER_SECRET_UNREADABLE
 */
export function outsideValues(directory: string, timeoutMs = TIMEOUT_MS): OutsideValues {
  const known = new Map<string, string>()
  return (kind, name) => {
    const key = `${kind}:${name}`
    const found =
      known.get(key) ?? (kind === 'file' ? fileText(directory, name) : commandOutput(directory, name, timeoutMs))
    known.set(key, found)
    return found
  }
}

function fileText(directory: string, name: string): string {
  try {
    return readFileSync(resolve(directory, name), 'utf8')
  } catch (error) {
    throw unreadable(`The file ${name} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'it is no text'}`)
  }
}

function commandOutput(cwd: string, command: string, timeout: number): string {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    // Whoever does not listen to SIGTERM would be waited for.
    const killSignal = 'SIGKILL'
    return execSync(command, { cwd, encoding: 'utf8', timeout, killSignal, maxBuffer: MAX_BYTES, stdio })
  } catch (error) {
    const { status, code } = error as { status?: number | null; code?: string }
    const reason =
      code === 'ETIMEDOUT' ? `it took more than ${timeout} ms` : (code ?? `it ended with ${status ?? 'a signal'}`)
    throw unreadable(`The command "${command}" failed: ${reason}`)
  }
}

const unreadable = (reason: string) => new RouterError('ROUTER_SECRET_UNREADABLE', { reason })

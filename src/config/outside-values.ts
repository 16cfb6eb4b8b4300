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
 * stderr is not repeated, since it may be a secret too.
 * @throws ROUTER_SECRET_UNREADABLE
 */
export function outsideValues(directory: string): OutsideValues {
  const known = new Map<string, string>()
  return (kind, name) => {
    const key = `${kind}:${name}`
    const found = known.get(key) ?? (kind === 'file' ? fileText(directory, name) : commandOutput(directory, name))
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

function commandOutput(cwd: string, command: string): string {
  try {
    const stdio: ['ignore', 'pipe', 'ignore'] = ['ignore', 'pipe', 'ignore']
    return execSync(command, { cwd, encoding: 'utf8', timeout: TIMEOUT_MS, maxBuffer: MAX_BYTES, stdio })
  } catch (error) {
    const { status, code } = error as { status?: number | null; code?: string }
    throw unreadable(`The command "${command}" failed: ${code ?? `it ended with ${status ?? 'a signal'}`}`)
  }
}

const unreadable = (reason: string) => new RouterError('ROUTER_SECRET_UNREADABLE', { reason })

import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../base/files/read-if-there.ts'

const FILE = 'listening.json'

/**
 * Writes down where this process listens, for commands beside it, and gives the function that takes it back. A folder
 * that cannot be written to is said elsewhere: commands then go by the configuration.
 */
export function noteListening(stateDirectory: string, url: string): () => void {
  const path = join(stateDirectory, FILE)
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, url }), { mode: 0o600 })
  } catch {
    return () => {}
  }
  return () => {
    // Another one may have been started since.
    if (listeningAt(stateDirectory) === url) rmSync(path, { force: true })
  }
}

/** Where the router that was started last over a state folder listens; undefined when it is gone. */
export function listeningAt(stateDirectory: string): string | undefined {
  try {
    const { pid, url } = JSON.parse(readIfThere(join(stateDirectory, FILE))?.toString() ?? '{}')
    if (!Number.isSafeInteger(pid) || typeof url !== 'string') return undefined
    process.kill(pid, 0)
    return url
  } catch {
    return undefined
  }
}

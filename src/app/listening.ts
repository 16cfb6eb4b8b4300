import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../base/files/read-if-there.ts'
import { isRunning, markOf, thisProcess } from '../base/process-mark.ts'

const FILE = 'listening.json'

/**
 * Writes down where this process listens, for commands beside it, and gives the function that takes it back. A folder
 * that cannot be written to is said elsewhere: commands then go by the configuration.
 */
export function noteListening(stateDirectory: string, url: string): () => void {
  const path = join(stateDirectory, FILE)
  try {
    writeFileSync(path, JSON.stringify({ ...thisProcess(), url }), { mode: 0o600 })
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
    const noted = JSON.parse(readIfThere(join(stateDirectory, FILE))?.toString() ?? '{}')
    const router = markOf(noted)
    // Its id may have become another process's.
    return router && typeof noted.url === 'string' && isRunning(router) ? noted.url : undefined
  } catch {
    return undefined
  }
}

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The folder of everything that belongs to a membership, inside the router's state folder. */
export const federationDirectory = (stateDirectory: string): string => join(stateDirectory, 'federation')

/**
 * Writes a small file whole or not at all, mode 0600, and on the disk when this returns: a temporary file beside it, fsync, rename, fsync of the
 * folder (which is made, mode 0700). Throws the system's error and leaves the old file. One writer at a time.
 */
export function writeDurably(path: string, data: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.tmp`
  try {
    rmSync(temporary, { force: true })
    writeFileSync(temporary, data, { flag: 'wx', mode: 0o600, flush: true })
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** What a file holds; undefined when it is not there. */
export function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

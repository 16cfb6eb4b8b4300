import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Ending of a file that is not finished; what is left of it after a crash may go. */
export const UNFINISHED = '.tmp'

/**
 * Writes a file whole or not at all, mode 0600, and on the disk when this resolves: a temporary file beside it, fsync, rename, fsync of the folder,
 * which must exist. Rejects with the system's error, the old file as it was. One writer of a path at a time; waits for nobody's requests.
 */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}${UNFINISHED}`
  try {
    await rm(temporary, { force: true })
    await writeFile(temporary, data, { flag: 'wx', mode: 0o600, flush: true })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

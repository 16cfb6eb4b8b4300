import { open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Ending of a file that is not finished; what is left of it after a crash may go. */
export const UNFINISHED = '.tmp'

interface WriteOptions {
  /** Default 0600. */
  readonly mode?: number
  /** A path in the same folder; default `<path>.tmp`. Where several processes may write, each needs its own. */
  readonly temporary?: string
  /**
   * False: the disk is not waited for. For many files that are made again when one is lost; after a power cut one
   * may be empty. Default true.
   */
  readonly durable?: boolean
}

/**
 * Writes a file whole or not at all, and on the disk when this resolves: readers see the old one or the new one,
 * whenever this process ends. Rejects with the system's error, the old file as it was. One writer of a path at a time.
 *
 * Not by `write-file-atomic`, which calls write(2) once: a disk that fills up on the way cuts the data short without
 * an error, and the stump then replaces the good file. Node's `writeFile` goes on until all is written or fails.
 */
export function writeWhole(path: string, data: string | Uint8Array, options: WriteOptions = {}): Promise<void> {
  const { mode = 0o600, temporary, durable = true } = options
  return replaceWhole(path, (file) => writeFile(file, data, { flag: 'wx', mode, flush: durable }), temporary, durable)
}

/** The same for what is written piece by piece: `write` makes the file that it is given, and syncs it. */
export async function replaceWhole(
  path: string,
  write: (temporary: string) => Promise<void>,
  temporary: string = `${path}${UNFINISHED}`,
  durable = true,
): Promise<void> {
  try {
    await rm(temporary, { force: true })
    await write(temporary)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {})
    throw error
  }
  if (durable) await syncFolder(dirname(path))
}

/** Without it a power cut may take the rename back. */
async function syncFolder(path: string): Promise<void> {
  // Windows opens no folders.
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

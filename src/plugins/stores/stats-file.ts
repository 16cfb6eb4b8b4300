import { readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { UNFINISHED, writeWhole } from '../../base/files/write-whole.ts'
import type { JsonObject } from '../api.ts'

/** Of the file's envelope. */
const VERSION = 1

/** What the file holds. */
export interface StatsFile {
  version: number
  /** RFC 3339. */
  saved_at: string
  state: JsonObject
}

/**
 * Reads a stats file without locking or changing it. `undefined`: there is none. `corrupt`: it is not a stats file, and
 * says why not. Rejects with ROUTER_STATS_UNREADABLE when it cannot be read or comes from a newer router.
 */
export async function readStatsFile(path: string): Promise<StatsFile | { readonly corrupt: string } | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new RouterError('ROUTER_STATS_UNREADABLE', { path, reason: reasonOf(error) }, { cause: error })
  }
  let file: Partial<StatsFile> | null
  try {
    file = JSON.parse(text)
  } catch (error) {
    return { corrupt: reasonOf(error) }
  }
  if (typeof file?.version !== 'number') return { corrupt: 'it has no version' }
  if (file.version > VERSION) {
    const reason = `it has format ${file.version}, and this router knows up to ${VERSION}. Start the newer router, or set another stats.path`
    throw new RouterError('ROUTER_STATS_UNREADABLE', { path, reason })
  }
  if (typeof file.state !== 'object' || file.state === null || Array.isArray(file.state))
    return { corrupt: 'it has no state' }
  return file as StatsFile
}

let written = 0

/** Temporary files are `<path>.<pid>-<n>.tmp`. */
const TEMPORARY = /^\d+-\d+\.tmp$/

/** Writes the whole file or none of it, mode 0600. Rejects with the system's error, the old file as it was. */
export function writeStatsFile(path: string, state: JsonObject, now: number): Promise<void> {
  const file: StatsFile = { version: VERSION, saved_at: new Date(now).toISOString(), state }
  return writeWhole(path, JSON.stringify(file), { temporary: `${path}.${process.pid}-${++written}${UNFINISHED}` })
}

/** Moves a file out of the way, to `<path>.corrupt-<time>`; gives the new path. */
export async function setAside(path: string, now: number): Promise<string> {
  const aside = `${path}.corrupt-${new Date(now).toISOString().replace(/[-:.]/g, '')}`
  try {
    await rename(path, aside)
  } catch (error) {
    throw new RouterError(
      'ROUTER_STATS_UNREADABLE',
      { path, reason: `it is corrupt and cannot be renamed: ${reasonOf(error)}` },
      { cause: error },
    )
  }
  return aside
}

/** Removes the temporary files of processes that were killed while writing. Only under the lock. */
export async function removeLeftovers(path: string): Promise<void> {
  const prefix = `${basename(path)}.`
  for (const name of await readdir(dirname(path))) {
    if (name.startsWith(prefix) && TEMPORARY.test(name.slice(prefix.length)))
      await rm(join(dirname(path), name), { force: true })
  }
}

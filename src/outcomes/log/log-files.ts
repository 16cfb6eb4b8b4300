import { readdir, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

/** `outcomes-<UTC time of opening, to the millisecond>-<pid>.ndjson`: sorts by time, and no two processes share one. */
const NAME = /^outcomes-(\d{8}T\d{9}Z)-\d+\.ndjson$/

export interface LogFile {
  readonly path: string
  readonly bytes: number
  /** Unix milliseconds, from its name. */
  readonly openedAt: number
  /** Unix milliseconds of the last write. */
  readonly modifiedAt: number
}

export function logFileName(now: number, pid = process.pid): string {
  return `outcomes-${new Date(now).toISOString().replace(/[-:.]/g, '')}-${pid}.ndjson`
}

/** The files of the decision log in `directory`, newest first; none when there is no such folder. */
export async function logFiles(directory: string): Promise<LogFile[]> {
  const names = (await readdir(directory).catch(ignoreMissing)) ?? []
  const files: LogFile[] = []
  for (const name of names
    .filter((name) => NAME.test(name))
    .sort()
    .reverse()) {
    const path = join(directory, name)
    const found = await stat(path).catch(ignoreMissing)
    if (found?.isFile()) files.push({ path, bytes: found.size, openedAt: openedAt(name), modifiedAt: found.mtimeMs })
  }
  return files
}

function openedAt(name: string): number {
  const [, time = ''] = NAME.exec(name) ?? []
  return Date.parse(time.replace(/(....)(..)(..)T(..)(..)(..)(...)Z/, '$1-$2-$3T$4:$5:$6.$7Z'))
}

/** Deletes files last written before `now - keepMs`, and those of the longest ago until the rest is at most `maxBytes`. */
export async function pruneLogFiles(
  directory: string,
  limits: { now: number; keepMs: number; maxBytes: number },
): Promise<void> {
  let bytes = 0
  const files = await logFiles(directory)
  // Not by name: another process may still be writing one that it opened long ago.
  files.sort((a, b) => b.modifiedAt - a.modifiedAt)
  for (const file of files) {
    bytes += file.bytes
    if (file.modifiedAt < limits.now - limits.keepMs || bytes > limits.maxBytes)
      await unlink(file.path).catch(ignoreMissing)
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}

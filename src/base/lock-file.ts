import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { RouterError } from './errors.ts'
import { isRunning, markOf, type ProcessMark, thisProcess } from './process-mark.ts'

/** Attempts to take a lock over from the dead before the living are believed to be faster. */
const ATTEMPTS = 5

const WRITING_MS = 1_000

/** Paths locked by this process. */
const held = new Set<string>()

/** The file by which `path` is locked. */
export const lockOf = (path: string): string => `${path}.lock`

/**
 * Locks `path` by a file `<path>.lock` that names this process, and gives the function that unlocks it. The lock of a
 * process that is gone is taken over; otherwise it throws ROUTER_STATE_LOCKED with the process's id. Processes that do
 * not see each other (containers that share only the folder) are not kept apart.
 */
export function lockFile(path: string): () => void {
  const file = lockOf(path)
  const me = thisProcess()
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (held.has(file)) break
    if (create(file, me)) {
      held.add(file)
      return () => {
        if (held.delete(file)) rmSync(file, { force: true })
      }
    }
    const holder = read(file)
    if (holder ? isAlive(holder) : isFresh(file)) break
    removeStale(file, holder)
  }
  throw new RouterError('ROUTER_STATE_LOCKED', { path, pid: read(file)?.pid ?? 'unknown' })
}

function create(file: string, me: ProcessMark): boolean {
  let descriptor: number
  try {
    descriptor = openSync(file, 'wx', 0o600)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  try {
    writeSync(descriptor, JSON.stringify(me))
  } catch (error) {
    rmSync(file, { force: true })
    throw error
  } finally {
    closeSync(descriptor)
  }
  return true
}

/** Undefined when there is none, or none that can be read: its process died while it wrote it. */
function read(file: string): ProcessMark | undefined {
  try {
    return markOf(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

/**
 * Removes a dead process's lock by moving it away, so that of two who try one gets it; a lock that meanwhile became
 * another's is put back.
 */
function removeStale(file: string, holder: ProcessMark | undefined): void {
  const stalePath = `${file}.${process.pid}`
  try {
    renameSync(file, stalePath)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = read(stalePath)
  if (moved?.pid === holder?.pid && moved?.started === holder?.started) rmSync(stalePath, { force: true })
  else renameSync(stalePath, file)
}

/** A lock without a name in it may be one that is being written at this moment. */
function isFresh(file: string): boolean {
  const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  return written !== undefined && Math.abs(Date.now() - written) < WRITING_MS
}

/** This process does not hold it, so it was an earlier one with the same id: in a container the id is always 1. */
const isAlive = (holder: ProcessMark): boolean => holder.pid !== process.pid && isRunning(holder)

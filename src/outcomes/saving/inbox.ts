import { mkdir, readdir, readFile, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { writeWhole } from '../../base/files/write-whole.ts'
import { OUTCOME_KINDS, type Usage } from '../../plugins/api.ts'
import type { Outcome } from '../types.ts'

/** Files taken at a time, and the size up to which they are. */
const FILES = 100
const MAX_FILE_BYTES = 32 * 1024 * 1024

let written = 0

/**
 * Hands outcomes to the process that holds the stats of this state folder, as one file `inbox/<time>-<pid>-<n>.json`,
 * whole or not at all. It reads them at its next flush, or at its start. `directory` is the state folder (`.router`).
 */
export async function writeInbox(directory: string, outcomes: readonly Outcome[], now = Date.now()): Promise<void> {
  if (outcomes.length === 0) return
  const inbox = join(directory, 'inbox')
  await mkdir(inbox, { recursive: true, mode: 0o700 })
  const path = join(inbox, `${now}-${process.pid}-${++written}.json`)
  await writeWhole(path, JSON.stringify({ version: 1, outcomes: outcomes.map(toFile) }))
}

/**
 * Reads and deletes what lies in the inbox, oldest first, up to 100 files. A file that makes no sense is renamed
 * `<name>.corrupt` and left there.
 */
export async function drainInbox(directory: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const path of await waiting(directory)) {
    const found = await readOutcomes(path)
    if (found) {
      // Deleted before it counts: a crash may lose it, but never counts it twice.
      await unlink(path)
      for (const outcome of found) outcomes.push(outcome)
    } else {
      await rename(path, `${path}.corrupt`)
    }
  }
  return outcomes
}

/** What `drainInbox` would give, for a process that only looks: nothing is deleted or renamed. */
export async function peekInbox(directory: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const path of await waiting(directory)) {
    // One that has gone meanwhile is in the stats already.
    for (const outcome of (await readOutcomes(path).catch(ignoreAbsent)) ?? []) outcomes.push(outcome)
  }
  return outcomes
}

/** Paths of the files to take, oldest first. */
async function waiting(directory: string): Promise<string[]> {
  const inbox = join(directory, 'inbox')
  const names = (await readdir(inbox).catch(ignoreAbsent)) ?? []
  return names
    .filter((name) => name.endsWith('.json'))
    .sort()
    .slice(0, FILES)
    .map((name) => join(inbox, name))
}

function ignoreAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}

async function readOutcomes(path: string): Promise<Outcome[] | undefined> {
  if ((await stat(path)).size > MAX_FILE_BYTES) return undefined
  const text = await readFile(path, 'utf8')
  try {
    const { version, outcomes } = JSON.parse(text)
    return version === 1 && Array.isArray(outcomes) ? outcomes.map(toOutcome) : undefined
  } catch {
    return undefined
  }
}

function toFile(outcome: Outcome) {
  const { usage } = outcome
  return {
    endpoint: outcome.endpoint,
    class: outcome.class,
    kind: outcome.kind,
    at: outcome.at,
    stream: outcome.stream,
    ttft_ms: outcome.ttftMs,
    total_ms: outcome.totalMs,
    tokens_per_second: outcome.tokensPerSecond,
    input_tokens: usage?.inputTokens,
    output_tokens: usage?.outputTokens,
    cache_read_tokens: usage?.cacheReadTokens,
    cache_write_tokens: usage?.cacheWriteTokens,
    cost_usd: outcome.costUsd,
  }
}

/** Throws when it is not an outcome; numbers are checked again where they are counted. */
function toOutcome(row: ReturnType<typeof toFile>): Outcome {
  const isOutcome =
    typeof row.endpoint === 'string' &&
    typeof row.class === 'string' &&
    OUTCOME_KINDS.includes(row.kind) &&
    Number.isFinite(row.at)
  if (!isOutcome) throw new TypeError('not an outcome')
  const usage: Usage = {
    ...(row.input_tokens !== undefined && { inputTokens: row.input_tokens }),
    ...(row.output_tokens !== undefined && { outputTokens: row.output_tokens }),
    ...(row.cache_read_tokens !== undefined && { cacheReadTokens: row.cache_read_tokens }),
    ...(row.cache_write_tokens !== undefined && { cacheWriteTokens: row.cache_write_tokens }),
  }
  return {
    endpoint: row.endpoint,
    class: row.class,
    kind: row.kind,
    at: row.at,
    stream: row.stream === true,
    totalMs: row.total_ms,
    ...(row.ttft_ms !== undefined && { ttftMs: row.ttft_ms }),
    ...(row.tokens_per_second !== undefined && { tokensPerSecond: row.tokens_per_second }),
    ...(Object.keys(usage).length > 0 && { usage }),
    ...(row.cost_usd !== undefined && { costUsd: row.cost_usd }),
  }
}

import { readFileSync } from 'node:fs'
import type { Config } from '../config/types.ts'
import type { Metrics } from '../reports/metrics.ts'
import type { ConnectionBound } from '../server/direct/connection-limit.ts'
import type { Log } from './log.ts'

/** Of a process whose limit is not known, and of one that may have very many. */
const MOST = 16_384
/** Descriptors that are kept for files, the port and the like. */
const RESERVED = 128
const WARN_EVERY_MS = 60_000

/** How many connections of clients there may be; those that are too many are counted, and warned of now and then. */
export function connectionBound({ server }: Config, metrics: Metrics, log: Log): ConnectionBound {
  const max = server.maxConnections ?? defaultMax()
  let warnedMs = Number.NEGATIVE_INFINITY
  return {
    max,
    refused: () => {
      metrics.connection('refused')
      if (performance.now() - warnedMs < WARN_EVERY_MS) return
      warnedMs = performance.now()
      log.warn({ max }, 'Connections are refused: too many are open and none is idle (server.max_connections)')
    },
    replaced: () => metrics.connection('closed'),
  }
}

/** Every client may need a connection to an upstream as well. */
function defaultMax(): number {
  const descriptors = descriptorLimit()
  return descriptors === undefined ? MOST : Math.min(MOST, Math.max(64, Math.floor((descriptors - RESERVED) / 2)))
}

/** Files that this process may have open, where the system says it (proc(5)). */
function descriptorLimit(): number | undefined {
  try {
    const found = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'latin1'))
    return found ? Number(found[1]) : undefined
  } catch {
    return undefined
  }
}

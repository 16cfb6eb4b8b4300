import { pino, stdTimeFunctions } from 'pino'
import { logStream } from '../../base/log-stream.ts'
import type { ProberLog } from '../../prober/prober.ts'

/** On stderr: for people on a terminal, JSON lines elsewhere. */
export async function createProberLog(): Promise<ProberLog> {
  const log = pino({ base: null, timestamp: stdTimeFunctions.isoTime }, await logStream('auto'))
  return { info: (fields, message) => log.info(fields, message), warn: (fields, message) => log.warn(fields, message) }
}

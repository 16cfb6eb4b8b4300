import { pino } from 'pino'
import type { LogConfig } from '../config/types.ts'
import type { PluginLog } from '../plugins/api.ts'

export interface Log extends PluginLog {
  setLevel(level: LogConfig['level']): void
  flush(): void
}

/** One JSON line per entry on stderr, written asynchronously; stdout belongs to what a command prints. Errors are written at once. */
export function createLog(level: LogConfig['level']): Log {
  const destination = pino.destination({ dest: 2, sync: false })
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination)
  const flush = () => {
    try {
      destination.flushSync()
    } catch {
      // Not open yet, or gone: there is nowhere left to say it.
    }
  }
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => {
      logger.error(fields, message)
      flush()
    },
    setLevel: (next) => {
      logger.level = next
    },
    flush,
  }
}

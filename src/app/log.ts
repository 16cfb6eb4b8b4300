import { pino } from 'pino'
import { reasonOf } from '../base/errors.ts'
import { logStream } from '../base/log-stream.ts'
import type { LogConfig } from '../config/types.ts'
import type { PluginLog } from '../plugins/api.ts'

export interface Log extends PluginLog {
  setLevel(level: LogConfig['level']): void
  flush(): void
}

/** The router's log, in the form that suits who reads it. Errors are written at once. */
export async function createLog({ level, format }: Pick<LogConfig, 'level' | 'format'>): Promise<Log> {
  const stream = await logStream(format)
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream)
  const flush = () => {
    try {
      stream.flushSync()
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

/** Of a request, by the router's own fault. */
export function logFailure(
  log: Log,
  error: unknown,
  { path, id, requestId }: { readonly path: string; readonly id: string; readonly requestId: string | undefined },
): void {
  const fields = {
    path,
    ...(id !== '' && { generation_id: id }),
    ...(requestId !== undefined && { request_id: requestId }),
    reason: reasonOf(error),
    stack: error instanceof Error ? error.stack : undefined,
  }
  log.error(fields, 'A request failed inside the router')
}

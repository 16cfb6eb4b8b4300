import { type DestinationStream, pino } from 'pino'
import { printable } from './format/text.ts'

/** `auto`: `pretty` on a terminal, else `json`. */
export type LogFormat = 'auto' | 'json' | 'pretty'

export interface LogStream extends DestinationStream {
  flushSync(): void
}

/**
 * Where log entries go: stderr, since stdout belongs to what a command prints. One JSON line each, written
 * asynchronously; or lines for people.
 */
export async function logStream(format: LogFormat): Promise<LogStream> {
  if (format === 'json' || (format === 'auto' && process.stderr.isTTY !== true))
    return pino.destination({ dest: 2, sync: false })
  // Only here, since it takes time to load.
  const { prettyFactory } = await import('pino-pretty')
  const prettify = prettyFactory({
    colorize: process.stderr.isTTY === true && !process.env.NO_COLOR,
    translateTime: 'SYS:HH:MM:ss',
    hideObject: true,
    messageFormat: (entry, messageKey) => sentence(entry, messageKey),
  })
  // Written at once, as terminals are.
  return { write: (line) => void process.stderr.write(prettify(line)), flushSync() {} }
}

const SHOWN_ELSEWHERE = new Set(['level', 'time'])

/** The message, and beside it the fields; one of several lines below it, as it was written. */
export function sentence(entry: Readonly<Record<string, unknown>>, messageKey = 'msg'): string {
  let line = printable(String(entry[messageKey] ?? ''))
  let below = ''
  for (const [name, value] of Object.entries(entry)) {
    if (name === messageKey || SHOWN_ELSEWHERE.has(name) || value === undefined) continue
    const lines = (typeof value === 'string' ? value : JSON.stringify(value)).split('\n').map(printable)
    if (lines.length === 1) line += `  ${name}: ${lines[0]}`
    else below += [`\n    ${name}:`, ...lines].join('\n      ')
  }
  return line + below
}

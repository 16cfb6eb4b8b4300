import type { PluginLog } from '../plugins/api.ts'
import { screenOf } from '../terminal/colour.ts'

/** The log of commands other than `serve`: warnings and errors as lines on stderr, with DEBUG everything. */
export function commandLog(): PluginLog {
  const { palette } = screenOf(process.stderr)
  const line = (style: (text: string) => string, level: string) => (fields: object, message: string) => {
    const details = Object.entries(fields).map(
      ([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    )
    console.error(`${style(level)}: ${message}${details.join('')}`)
  }
  const quiet = () => {}
  return {
    debug: process.env.DEBUG ? line(palette.dim, 'debug') : quiet,
    info: process.env.DEBUG ? line(palette.dim, 'info') : quiet,
    warn: line(palette.yellow, 'warning'),
    error: line(palette.red, 'error'),
  }
}

import { textWidth } from '../base/format/text.ts'
import { screenOf } from './colour.ts'

/** What progress is written to; `process.stderr` in a command. */
export interface ProgressOutput {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface Progress {
  /** One step more is done. `note` says what, e.g. `2 failed`. */
  step(note?: string): void
  /** Takes the bar away; later steps are ignored. */
  stop(): void
}

/** Milliseconds between two drawings of the bar. */
const REDRAW_MS = 80

/**
 * Progress over `total` steps: a bar that is redrawn in place on a terminal, elsewhere a plain line at every tenth of
 * the way. Bar and lines are also what tells a person that something still happens, so they go to stderr and never mix
 * with the result.
 */
export function startProgress(
  total: number,
  label: string,
  output: ProgressOutput,
  now: () => number = performance.now.bind(performance),
): Progress {
  const { palette } = screenOf(output)
  let done = 0
  let drawnAt = Number.NEGATIVE_INFINITY
  let stopped = false

  const draw = (note: string): void => {
    const text = ` ${done}/${total}${note && `  ${note}`}`
    const width = Math.max(0, Math.min(40, (output.columns || 80) - textWidth(label) - textWidth(text) - 2))
    const filled = Math.round((done / Math.max(1, total)) * width)
    output.write(
      `\r\x1b[2K${label} ${palette.green('━'.repeat(filled))}${palette.dim('━'.repeat(width - filled))}${text}`,
    )
  }
  const tenth = (steps: number) => Math.floor((steps * 10) / Math.max(1, total))

  if (output.isTTY) draw('')
  return {
    step(note = '') {
      if (stopped) return
      done += 1
      if (!output.isTTY) {
        if (tenth(done) > tenth(done - 1)) output.write(`${label} ${done}/${total}${note && `  ${note}`}\n`)
      } else if (done === total || now() - drawnAt >= REDRAW_MS) {
        drawnAt = now()
        draw(note)
      }
    },
    stop() {
      if (stopped) return
      stopped = true
      if (output.isTTY) output.write('\r\x1b[2K')
    },
  }
}

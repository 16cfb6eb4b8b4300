import { styleText } from 'node:util'

/** Text in, text out: with escape codes on a terminal, unchanged elsewhere. */
export interface Palette {
  readonly bold: (text: string) => string
  readonly dim: (text: string) => string
  readonly red: (text: string) => string
  readonly green: (text: string) => string
  readonly yellow: (text: string) => string
  readonly cyan: (text: string) => string
}

/** Where something is printed: how wide it is, and with which colours. */
export interface Screen {
  /** Columns; Infinity when it is not a terminal, so that nothing is cut in a file or a pipe. */
  readonly width: number
  readonly palette: Palette
}

export function paletteOf(enabled: boolean): Palette {
  const style = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    enabled && text !== '' ? styleText(format, text, { validateStream: false }) : text
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  }
}

interface Output {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** Colour only on a terminal, and not with NO_COLOR set (https://no-color.org) or TERM=dumb. */
export function screenOf(stream: Output, env: NodeJS.ProcessEnv = process.env): Screen {
  const terminal = stream.isTTY === true
  return {
    width: terminal ? stream.columns || 80 : Number.POSITIVE_INFINITY,
    palette: paletteOf(terminal && !env.NO_COLOR && env.TERM !== 'dumb'),
  }
}

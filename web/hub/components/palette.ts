/** Lines are told apart by colour (`--s0` ... in the style sheet), and by dashes once the colours are used up. */
export const COLOURS = 8

const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3]]

export const colourOf = (series: number): string => themeColour(`--s${series % COLOURS}`)
export const dashOf = (series: number): number[] => [...DASHES[Math.floor(series / COLOURS) % DASHES.length]!]

/** A colour of the style sheet, as the reader's theme has it now. */
export const themeColour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim()

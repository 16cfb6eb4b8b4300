const COLUMNS = 120

/** A paragraph, or an item of a list, in lines of 120 columns; a piece of code stays on one line. */
export function wrapProse(text: string, indent = ''): string {
  const lines = ['']
  for (const word of text.match(/(?:`[^`]*`|\S)+/g) ?? []) {
    const line = lines.at(-1)!
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= COLUMNS) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(indent + word)
  }
  return lines.join('\n')
}

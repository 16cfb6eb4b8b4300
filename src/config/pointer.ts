/** JSON Pointers (RFC 6901), the addresses of values in the file. The root is the empty string. */

export const child = (pointer: string, key: string | number): string =>
  `${pointer}/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`

export const parentOf = (pointer: string): string => pointer.slice(0, Math.max(0, pointer.lastIndexOf('/')))

export const segmentsOf = (pointer: string): string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))

/** As people write it: `models.small.endpoints[0]`, `models["gpt-4.1"].strategy`. */
export function dotted(pointer: string): string {
  return segmentsOf(pointer).reduce((path, segment) => {
    if (/^[0-9]+$/.test(segment)) return `${path}[${segment}]`
    if (!/^[\w-]+$/.test(segment)) return `${path}[${JSON.stringify(segment)}]`
    return path === '' ? segment : `${path}.${segment}`
  }, '')
}

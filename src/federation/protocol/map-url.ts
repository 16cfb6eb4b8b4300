/**
 * Where a map is, from how it is written: of a hub by its address alone, `https://hub.example`, the path is added.
 * Undefined for what is no URL: a file.
 */
export function mapUrl(text: string): string | undefined {
  if (!/^https?:\/\//.test(text)) return undefined
  const url = new URL(text)
  if (url.pathname === '/' && url.search === '') url.pathname = '/v1/map'
  return url.href
}

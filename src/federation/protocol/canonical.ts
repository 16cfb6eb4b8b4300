/**
 * The canonical bytes of a document: JSON with keys sorted by UTF-16 code units at every level, no white space, numbers
 * and strings as ECMAScript writes them (RFC 8785, JCS). Undefined members are left out. UTF-8.
 */
export function canonicalBytes(document: object): Buffer {
  return Buffer.from(JSON.stringify(document, sorted))
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}

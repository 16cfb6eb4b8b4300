/** Ways in which a text may hide in bytes. */

/** Base64 of a text at each of its three alignments, without the characters at the ends that its neighbours share. */
function base64(secret: string): string[] {
  const bytes = Buffer.from(secret)
  return [0, 1, 2].map((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const start = Math.ceil((offset * 8) / 6)
    const end = Math.floor(((offset + bytes.length) * 8) / 6)
    return text.slice(start, end)
  })
}

/**
 * Plain, JSON, hex, URL (escaped where it must be and everywhere), base64 and base64url, UTF-16: as text to look for,
 * in lower case.
 */
export function encodingsOf(secret: string): string[] {
  const bytes = Buffer.from(secret)
  const hex = bytes.toString('hex')
  const plain = [
    secret,
    JSON.stringify(secret).slice(1, -1),
    [...secret].reverse().join(''),
    hex,
    Buffer.from(secret, 'utf16le').toString('hex'),
  ]
  const url = [encodeURIComponent(secret), hex.replace(/../g, '%$&')]
  const in64 = base64(secret).flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')])
  return [...new Set([...plain, ...url, ...in64])].map((text) => text.toLowerCase())
}

/** The first of these secrets that is in the bytes, in any of these encodings; undefined when none is. */
export function findSecret(bytes: Buffer, secrets: readonly string[]): string | undefined {
  const texts = [bytes.toString('latin1'), bytes.toString('utf8'), bytes.toString('hex')].map((text) =>
    text.toLowerCase(),
  )
  return secrets.find((secret) => encodingsOf(secret).some((encoded) => texts.some((text) => text.includes(encoded))))
}

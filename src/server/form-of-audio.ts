import { randomBytes } from 'node:crypto'
import { isObject } from '../base/json/is-object.ts'
import type { JsonObject } from '../plugins/api.ts'

/**
 * OpenRouter's request for a transcript, `{ model, input_audio: { data, format }, ... }`, as the form that every
 * service takes; undefined when there is no audio in it.
 * https://openrouter.ai/docs/api/api-reference/transcriptions
 */
export function formOfAudio({ input_audio, ...fields }: JsonObject): { raw: Buffer; contentType: string } | undefined {
  if (!isObject(input_audio) || typeof input_audio.data !== 'string') return undefined
  const { data, format } = input_audio
  const extension = typeof format === 'string' && /^[a-z0-9]{1,8}$/i.test(format) ? format : 'wav'
  const boundary = `form-${randomBytes(16).toString('hex')}`
  const head = (disposition: string) => `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`
  const parts = Object.entries(fields).flatMap(([name, value]) =>
    itemsOf(name, value).map(([field, text]) => `${head(`name="${field}"`)}\r\n${text}\r\n`),
  )
  const file = `${head(`name="file"; filename="audio.${extension}"`)}Content-Type: audio/${extension}\r\n\r\n`
  const raw = Buffer.concat([
    Buffer.from(parts.join('') + file),
    Buffer.from(data.slice(data.startsWith('data:') ? data.indexOf(',') + 1 : 0), 'base64'),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ])
  return { raw, contentType: `multipart/form-data; boundary=${boundary}` }
}

/** Lists repeat their name, what is nested is written as JSON. Names that would break out of a header are left out. */
function itemsOf(name: string, value: unknown): readonly (readonly [string, string])[] {
  if (value === null || value === undefined || !/^[\w.-]+$/.test(name)) return []
  if (Array.isArray(value) && value.every((item) => typeof item === 'string'))
    return value.map((item) => [`${name}[]`, item])
  return [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)]]
}

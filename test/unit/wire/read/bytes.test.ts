import { describe, expect, test } from 'vitest'
import type { ReadContext } from '../../../../src/routing/codec.ts'
import { BytesReader } from '../../../../src/wire/read/bytes.ts'

const reading = (contentType: string | undefined) =>
  new BytesReader({ contentType } as ReadContext, {
    add: (bytes) => {
      seen += bytes.length
    },
    usage: () => ({ characters: 5, seconds: seen }),
  })
let seen = 0

describe('bytes', () => {
  test('go on as they come, whatever they begin with, and the first one is output', () => {
    const reader = reading('audio/pcm')
    seen = 0
    const chunks = [Buffer.alloc(0), Buffer.from([0x7b]), Buffer.from('<<<'), Buffer.from([0xef, 0xbb, 0xbf])]
    expect(reader.push(chunks[0]!)).toEqual([])
    expect(reader.started).toBe(false)
    expect(reader.usage).toBeUndefined()
    for (const chunk of chunks.slice(1)) expect(reader.push(chunk)[0]).toBe(chunk)
    expect(reader).toMatchObject({ started: true, finished: false, contentType: 'audio/pcm', usage: { seconds: 7 } })
    reader.end()
    expect(reader.finished).toBe(true)
  })

  test.each([
    ['a JSON error', 'application/json', '{"error":{"message":"no"}}', 'errorText'],
    ['a JSON error that says to be audio', 'audio/mpeg', '{ "error": {"message":"no"}}', 'errorText'],
    ['a page', 'text/html; charset=utf-8', '<!doctype html><p>sorry', 'errorText'],
    ['a page that says to be audio', 'audio/mpeg', '<html><p>sorry', 'errorText'],
    ['some JSON', 'application/json', '{"text":"hi"}', 'malformed'],
    ['too much JSON', 'application/json', `{"text":"${'x'.repeat(70_000)}"}`, 'malformed'],
  ])('are not what %s is', (_, type, text, field) => {
    const reader = reading(type)
    expect(reader.push(Buffer.from(text))).toEqual([])
    reader.end()
    expect(reader.started).toBe(false)
    expect(reader[field as 'malformed']).toBeDefined()
  })

  test('may be none at all, which is no error but nothing', () => {
    for (const type of ['audio/mpeg', 'application/json', undefined]) {
      const reader = reading(type)
      reader.end()
      expect(reader).toMatchObject({ started: false, finished: true })
      expect(reader.errorText ?? reader.malformed).toBeUndefined()
    }
  })
})

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { createCodec } from '../../../../src/wire/codec.ts'
import { parseAroundBlobs } from '../../../../src/wire/read/around-blobs.ts'

const PICTURE = 'aGVsbG8/'.repeat(4096)
const parsed = (text: string) => parseAroundBlobs(Buffer.from(text), 'b64_json')
const around = (value: unknown) => parsed(JSON.stringify(value))
const cut = PICTURE.slice(0, 32)

describe('JSON around long values', () => {
  it('cuts the long values of the key, and keeps all else', () => {
    const answer = {
      created: 1,
      data: [{ b64_json: PICTURE, revised_prompt: 'é "b64_json": "x"' }, { b64_json: PICTURE }, { b64_json: 'short' }],
      long: PICTURE,
    }
    expect(around(answer)).toEqual({
      ...answer,
      data: [{ ...answer.data[0], b64_json: cut }, { b64_json: cut }, { b64_json: 'short' }],
    })
  })

  it('takes white space around the colon', () => {
    expect(parsed(`{"b64_json" :\n "${PICTURE}" , "n": 1}`)).toEqual({ b64_json: cut, n: 1 })
  })

  it('finds a key in a text to be none', () => {
    expect(around({ text: `"b64_json": "${PICTURE}"` })).toBeUndefined()
    expect(around({ list: ['b64_json', PICTURE] })).toBeUndefined()
  })

  it.each([
    ['there is no long value', JSON.stringify({ b64_json: 'short', text: PICTURE })],
    ['a value has an escape', `{"b64_json":"${PICTURE}\\n${PICTURE}"}`],
    ['a value has a line feed, which no string may have', `{"b64_json":"${PICTURE}\n${PICTURE}"}`],
    ['the value has no end', `{"b64_json":"${PICTURE}`],
    ['the object has no end', `{"b64_json":"${PICTURE}"`],
    ['it is no object', `[{"b64_json":"${PICTURE}"}]`],
  ])('leaves all of it to be read when %s', (_why, text) => {
    expect(parsed(text)).toBeUndefined()
  })
})

describe('pictures', () => {
  const context = (flavour: string) =>
    ({
      call: { id: 'gen-1', time: 1000, wire: 'openai-images', flavour, body: { model: 'm', prompt: 'p' } },
      wire: 'openai-images',
      provider: 'p',
      model: 'm',
      cost: () => 0.04,
    }) as never
  const usage = { input_tokens: 5, output_tokens: 7, total_tokens: 12 }
  const answer = { created: 1, data: [{ b64_json: PICTURE }, { b64_json: PICTURE }], usage }
  const bytes = Buffer.from(JSON.stringify(answer))

  it('pass byte for byte, and are counted', () => {
    const reading = createCodec().whole(bytes, context('openai'))
    expect(reading.body).toBe(bytes)
    expect(reading.usage).toMatchObject({ images: 2, inputTokens: 5, outputTokens: 7 })
  })

  it('are whole where the dialect changes what stands beside them', () => {
    const body = JSON.parse(createCodec().whole(bytes, context('openrouter')).body.toString()) as JsonObject
    expect(body).toMatchObject({ data: answer.data, usage: { prompt_tokens: 5, cost: 0.04 } })
  })

  it('come whole in streams, too', () => {
    const data = JSON.stringify({ type: 'image_generation.completed', b64_json: PICTURE, usage })
    const event = Buffer.from(`event: image_generation.completed\ndata: ${data}\n\n`)
    const reader = createCodec().stream('sse', context('openai'))
    expect(Buffer.concat([...reader.push(event)])).toEqual(event)
    expect(reader.usage).toMatchObject({ images: 1, outputTokens: 7 })
  })
})

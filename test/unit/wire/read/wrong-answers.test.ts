/** Answers with status 200 that are not what was asked for. */
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import { callOf, codec, contextOf } from '../support.ts'

const WHOLE = { stream: false }

describe('embeddings', () => {
  const read = (data: unknown[]) =>
    codec.whole(Buffer.from(JSON.stringify({ data })), contextOf(callOf('openai-embeddings', {}, WHOLE)))

  it.each([[[{}]], [[null]], [[{ b64_json: 'AA==' }]]])('without vectors are none: %j', (data) => {
    expect(read(data).malformed).toBe('the answer has no embeddings')
  })

  it.each([[{ embedding: [1] }], [{ embedding: 'AACAPw==' }], [{ embeddings: [[1]] }]])('may be %j', (one) => {
    expect(read([one])).toMatchObject({ started: true, finished: true })
  })
})

describe('a transcript as text', () => {
  const read = (contentType: string | undefined, body: string, asked: JsonObject = {}) => {
    const call = callOf('openai-transcriptions', { response_format: 'text', ...asked }, WHOLE)
    return codec.whole(Buffer.from(body), { ...contextOf(call), contentType })
  }

  it.each([
    ['text/event-stream', 'data: {"type":"error"}\n\n'],
    ['audio/mpeg', 'ID3'],
    ['application/json', '{}'],
  ])('is no %s', (contentType, body) => {
    expect(read(contentType, body).malformed).toContain(contentType)
  })

  it('is taken out of JSON', () => {
    const reading = read('application/json; charset=utf-8', '{"text":"Hello."}')
    expect(reading).toMatchObject({ started: true, contentType: 'text/plain; charset=utf-8' })
    expect(reading.body.toString()).toBe('Hello.\n')
  })

  it('with times cannot be', () => {
    expect(read('application/json', '{"text":"Hello."}', { response_format: 'srt' }).malformed).toBeDefined()
  })

  it.each([undefined, 'text/plain', 'application/octet-stream'])('may be %s', (contentType) => {
    expect(read(contentType, '{"quoted": "speech"}')).toMatchObject({ started: true })
    expect(read(contentType, '{"quoted": "speech"}').malformed).toBeUndefined()
  })
})

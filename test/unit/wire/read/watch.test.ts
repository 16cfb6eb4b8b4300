import { describe, expect, test } from 'vitest'
import { watchAnswer } from '../../../../src/wire/read/watch.ts'

function seen(contentType: string, ...chunks: string[]) {
  const watch = watchAnswer(contentType, {})
  for (const chunk of chunks) watch?.push(Buffer.from(chunk))
  return watch?.end()
}

describe('a whole answer', () => {
  test.each([
    [{ usage: { prompt_tokens: 2, completion_tokens: 3 } }, { inputTokens: 2, outputTokens: 3 }],
    [{ usage: { input_tokens: 2, output_tokens: 3 } }, { inputTokens: 2, outputTokens: 3 }],
    [
      { usage: { input_tokens: 2, output_tokens: 3, cache_read_input_tokens: 5 } },
      { inputTokens: 7, outputTokens: 3, cacheReadTokens: 5 },
    ],
    [{ usage: { cost: 0.5 } }, { costUsd: 0.5 }],
  ])('says in its way what it used: %j', (body, usage) =>
    expect(seen('application/json', JSON.stringify({ id: 'x', model: 'm', ...body }))).toMatchObject({
      id: 'x',
      model: 'm',
      usage,
    }),
  )
  test.each(['', '[1]', '{"usage":1}', 'nonsense'])('may say nothing: %s', (text) =>
    expect(seen('application/json', text)?.usage).toBeUndefined(),
  )
})

describe('a stream', () => {
  test('of chat chunks, in any pieces', () => {
    const text = `data: {"id":"c","model":"m","choices":[]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":4}}\n\ndata: [DONE]\n\n`
    for (const at of [1, 20, 60, 100])
      expect(seen('text/event-stream', text.slice(0, at), text.slice(at))).toEqual({
        id: 'c',
        model: 'm',
        usage: { inputTokens: 1, outputTokens: 4 },
      })
  })
  test('of a message, whose counts come in two events', () => {
    const start = {
      type: 'message_start',
      message: { id: 'msg', model: 'claude', usage: { input_tokens: 9, output_tokens: 1 } },
    }
    const delta = { type: 'message_delta', usage: { output_tokens: 20 } }
    const text = [start, delta].map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
    expect(seen('text/event-stream', text)).toMatchObject({
      id: 'msg',
      model: 'claude',
      usage: { inputTokens: 9, outputTokens: 20 },
    })
  })
})

test('other kinds are not looked at', () => expect(watchAnswer('audio/mpeg', {})).toBeUndefined())

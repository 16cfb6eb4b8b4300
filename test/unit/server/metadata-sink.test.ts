import { expect, test } from 'vitest'
import type { AnswerHead, ClientSink } from '../../../src/routing/ports.ts'
import { MetadataSink } from '../../../src/server/metadata-sink.ts'

class Client implements ClientSink {
  closed = false
  text = ''
  onClose(): void {}
  keepAlive(): void {}
  start(): void {}
  write(bytes: Buffer): boolean {
    this.text += bytes.toString()
    return true
  }
  onDrain(): void {}
  end(bytes?: Buffer): void {
    this.text += bytes?.toString() ?? ''
  }
  abort(): void {}
}

const HEAD: AnswerHead = {
  status: 200,
  contentType: 'application/json',
  endpoint: 'acme/small',
  attempts: 1,
  overheadMs: 0,
  generationId: 'gen-1',
}
const RUN = {
  facts: () => ({
    requested: 'small',
    candidates: [{ endpoint: { id: 'acme/small' }, model: 'small' }],
    excluded: 0,
    attempts: [],
    isSelected: false,
  }),
}

/** What a client gets of pieces of `size` bytes. */
function through(text: string, isStream: boolean, size = Number.POSITIVE_INFINITY): string {
  const client = new Client()
  const sink = new MetadataSink(client, isStream)
  sink.explain(RUN)
  sink.start(HEAD)
  const bytes = Buffer.from(text)
  if (!isStream) sink.end(bytes)
  else {
    for (let at = 0; at < bytes.length; at += size) sink.write(bytes.subarray(at, Math.min(at + size, bytes.length)))
    sink.end()
  }
  return client.text
}

const CHUNK = 'data: {"id":"c1","choices":[{"delta":{"content":"é"}}]}\n\n'

test.each([
  ['usage', `${CHUNK}data: {"id":"c1","choices":[],"usage":{}}\n\ndata: [DONE]\n\n`],
  ['no usage', `${CHUNK}data: [DONE]\n\n`],
  ['CRLF and a comment', `: alive\r\n\r\n${CHUNK.replaceAll('\n', '\r\n')}data: [DONE]\r\n\r\n`],
  ['a message', 'event: message_stop\ndata: {"type":"message_stop"}\n\n'],
])('the last event of a stream with %s has it, in whatever pieces it comes', (_, text) => {
  const whole = through(text, true)
  expect(whole.match(/"openrouter_metadata":\{"requested":"small"/g)).toHaveLength(1)
  expect(whole.replace(/(data: \{[^\n]*"choices":\[\])?,?"openrouter_metadata":.*\}/, '')).toContain(text.slice(0, 8))
  for (const size of [1, 2, 7]) expect(through(text, true, size)).toBe(whole)
})

test('a stream that ends early is passed on as far as it came', () => {
  const text = `${CHUNK}data: {"choices":[],"usage":{}}\n\ndata: {"id`
  expect(through(text, true, 5)).toBe(text)
})

test.each(['{"a":1}', '{}', '{ "a" : {} } \n'])('a whole answer %j stays JSON', (text) => {
  const { openrouter_metadata, ...rest } = JSON.parse(through(text, false))
  expect(openrouter_metadata).toMatchObject({ attempt: 1 })
  expect(rest).toEqual(JSON.parse(text))
})

test('facts are gathered for the last event of a stream only', () => {
  let asked = 0
  const sink = new MetadataSink(new Client(), true)
  sink.explain({
    facts: () => {
      asked += 1
      return RUN.facts()
    },
  })
  sink.start(HEAD)
  for (let at = 0; at < 20; at++) sink.write(Buffer.from(CHUNK))
  expect(asked).toBe(0)
  sink.end(Buffer.from('data: [DONE]\n\n'))
  expect(asked).toBe(1)
})

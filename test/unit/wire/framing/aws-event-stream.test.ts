import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ByteBudget } from '../../../../src/base/byte-budget.ts'
import { AwsEventStreamParser } from '../../../../src/wire/framing/aws-event-stream.ts'
import { chunkFrame, eventFrame, exceptionFrame, frame } from '../../../helpers/aws-frames.ts'
import { callOf, codec, contextOf, dataOf, run } from '../support.ts'

const stream = Buffer.concat([
  frame({ ':message-type': 'event', ':event-type': 'initial-response' }, '{}'),
  eventFrame('messageStart', { role: 'assistant', p: 'abc' }),
  eventFrame('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'é{"a"' } }),
  chunkFrame({ type: 'message_stop', note: 'ü' }),
  exceptionFrame('throttlingException', { message: 'Slow down.' }),
])

function read(bytes: Buffer, size: number, parser = new AwsEventStreamParser()) {
  const events = []
  for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)))
  return { events: events.filter(({ blank }) => !blank), overflow: parser.overflow }
}

/** The example messages of the format's page: https://smithy.io/2.0/aws/amazon-eventstream.html */
const PUBLISHED = {
  empty: '000000100000000005c248eb7d98c8ff',
  payload: '0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936',
  int32: '0000002d00000010 41c424b8 0a6576656e742d74797065 04 0000a00c 7b27666f6f273a27626172277d 36f480a0'.replaceAll(
    ' ',
    '',
  ),
}

describe('frames', () => {
  it('are events, wherever the chunks are cut', () => {
    for (let size = 1; size <= stream.length; size++) {
      const { events, overflow } = read(stream, size)
      expect(overflow).toBeUndefined()
      expect(events.map(({ event }) => event)).toEqual(['messageStart', 'contentBlockDelta', 'message_stop', 'error'])
      expect(JSON.parse(events[1]!.data!)).toEqual({ contentBlockIndex: 0, delta: { text: 'é{"a"' } })
      expect(JSON.parse(events[2]!.data!)).toEqual({ type: 'message_stop', note: 'ü' })
      expect(JSON.parse(events[3]!.data!)).toEqual({ error: { type: 'throttlingException', message: 'Slow down.' } })
    }
  })

  it.each(Object.entries(PUBLISHED))('of the published message %s are read', (_, hex) => {
    expect(read(Buffer.from(hex, 'hex'), 5)).toEqual({ events: [], overflow: undefined })
  })

  it('with every byte flipped in turn are never taken for good ones', () => {
    const one = eventFrame('messageStop', { stopReason: 'end_turn' })
    for (let at = 0; at < one.length; at++) {
      const damaged = Buffer.from(one)
      damaged[at]! ^= 0x20
      const { events, overflow } = read(damaged, one.length)
      expect([events, overflow], `byte ${at}`).toEqual([[], 'framing'])
    }
  })

  it('whose headers lie about their length are refused', () => {
    for (const headers of ['05', '0361', '03616263 07 ffff 61', '0161 0b', '0161 05 00'])
      expect(read(rawFrame(Buffer.from(headers.replaceAll(' ', ''), 'hex')), 64).overflow).toBe('framing')
  })

  it('say errors of their own', () => {
    const failed = frame({ ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Oh.' }, '')
    const cause = { message: 'It failed.', originalStatusCode: 503, originalMessage: 'busy' }
    const { events } = read(Buffer.concat([failed, exceptionFrame('modelStreamErrorException', cause)]), 9)
    expect(events.map(({ data }) => JSON.parse(data!).error)).toEqual([
      { type: 'InternalError', message: 'Oh.' },
      { type: 'modelStreamErrorException', ...cause },
    ])
  })

  it('that are too long are refused before they are held', () => {
    const budget = new ByteBudget(1000)
    const parser = new AwsEventStreamParser({ maxEventBytes: 64, budget })
    expect(read(eventFrame('x', { text: 'a'.repeat(100) }), 12, parser).overflow).toBe('event')
    expect(budget.used).toBe(0)
    const lying = Buffer.from('7fffffff0000000000000000', 'hex')
    expect(read(lying, 12).overflow).toBe('framing')
  })

  it('that find no room end it, and give back what they held', () => {
    const budget = new ByteBudget(60)
    const parser = new AwsEventStreamParser({ budget })
    const long = eventFrame('x', { text: 'a'.repeat(100) })
    expect(read(long, 20, parser).overflow).toBe('budget')
    expect(budget.used).toBe(0)
    const left = new AwsEventStreamParser({ budget })
    left.push(long.subarray(0, 30))
    expect(budget.used).toBe(30)
    left.close()
    expect(budget.used).toBe(0)
  })
})

/** A frame with these bytes as its headers, and nothing else. */
function rawFrame(headers: Buffer): Buffer {
  const bytes = frame({}, headers)
  bytes.writeUInt32BE(headers.length, 4)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, -4)), bytes.length - 4)
  return bytes
}

describe('a stream of Messages in frames', () => {
  const events = [
    { type: 'message_start', message: { id: 'msg_1', usage: { input_tokens: 3 } } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 2 } },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 3 } },
  ]
  const reader = () => codec.stream('aws-event-stream', contextOf(callOf('anthropic-messages', {})))

  it('becomes server-sent events', () => {
    const { bytes, reading } = run(reader(), events.map(chunkFrame))
    expect(bytes.match(/^event: .*$/gm)).toEqual(events.map(({ type }) => `event: ${type}`))
    expect(dataOf(bytes)).toEqual(events)
    expect(reading).toMatchObject({
      started: true,
      finished: true,
      finishReason: 'stop',
      usage: { inputTokens: 3, outputTokens: 2 },
    })
  })

  it('with an exception inside is an error that no client sees', () => {
    const { bytes, reading } = run(reader(), [
      ...events.slice(0, 3).map(chunkFrame),
      exceptionFrame('serviceUnavailableException', { message: 'Try later.' }),
    ])
    expect(bytes).not.toContain('Try later.')
    expect(JSON.parse(reading.errorText!)).toEqual({
      error: { type: 'serviceUnavailableException', message: 'Try later.' },
    })
  })

  it('that was damaged is malformed', () => {
    const broken = chunkFrame(events[1]!)
    broken[30]! ^= 1
    const { reading } = run(reader(), [chunkFrame(events[0]!), broken])
    expect(reading.malformed).toMatch(/frames/)
  })
})

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/plugins/api.ts'
import { KeepingSink } from '../../../src/responses/keeping-sink.ts'
import type { AnswerHead, ClientSink } from '../../../src/routing/ports.ts'

const HEAD: AnswerHead = {
  status: 200,
  contentType: 'application/json',
  endpoint: 'p/m',
  attempts: 1,
  overheadMs: 0,
  generationId: 'gen-1',
}

function watched(stream: boolean, isWanted = true) {
  const taken: JsonObject[] = []
  const sent: string[] = []
  const sink: ClientSink = {
    closed: false,
    onClose: () => {},
    keepAlive: () => {},
    start: () => {},
    write: (bytes) => sent.push(bytes.toString()) > 0,
    onDrain: () => {},
    end: (bytes) => void (bytes && sent.push(bytes.toString())),
    abort: () => {},
  }
  const keeping = new KeepingSink(sink, stream, { isWanted: () => isWanted, take: (response) => taken.push(response) })
  keeping.start(HEAD)
  return { keeping, taken, sent }
}

const response = { id: 'resp_1', object: 'response', output: [] }
const event = (type: string, data: JsonObject) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

describe('a sink that keeps answers', () => {
  it('takes a whole one', () => {
    const { keeping, taken, sent } = watched(false)
    keeping.end(Buffer.from(JSON.stringify(response)))
    expect(taken).toEqual([response])
    expect(sent).toEqual([JSON.stringify(response)])
  })

  it.each(['completed', 'incomplete'])('takes the last event of a stream: %s', (status) => {
    const { keeping, taken } = watched(true)
    const text = { delta: 'they say "response.completed" often' }
    keeping.write(Buffer.from(event('response.output_text.delta', text)))
    keeping.write(Buffer.from(event('response.output_item.done', {}) + event(`response.${status}`, { response })))
    keeping.end()
    expect(taken).toEqual([response])
  })

  it.each([['not json'], ['{}'], ['{"object":"error"}'], ['[]'], ['']])('takes nothing else: %j', (text) => {
    const { keeping, taken } = watched(false)
    keeping.end(Buffer.from(text))
    expect(taken).toEqual([])
  })

  it('looks at nothing that is not wanted', () => {
    const { keeping, taken, sent } = watched(false, false)
    keeping.end(Buffer.from(JSON.stringify(response)))
    expect(taken).toEqual([])
    expect(sent).toHaveLength(1)
  })
})

import { expect, it } from 'vitest'
import { Soon } from '../../../../src/base/soon.ts'
import { StreamReceiver } from '../../../../src/routing/attempt/stream-receiver.ts'
import { callOf, codec, contextOf } from '../../wire/support.ts'

const chunk = (delta: object) =>
  Buffer.from(`data: ${JSON.stringify({ id: 'chatcmpl-1', choices: [{ index: 0, delta, finish_reason: null }] })}\n\n`)

function receiver() {
  const written: string[] = []
  const ended: string[] = []
  const sink = {
    closed: false,
    onClose() {},
    keepAlive() {},
    start() {},
    write: (bytes: Buffer) => written.push(bytes.toString()) > 0,
    onDrain() {},
    end: (bytes?: Buffer) => void ended.push(bytes?.toString() ?? ''),
    abort() {},
  }
  const owner = {
    sink,
    soon: new Soon(),
    hasEvents: true,
    isLastChance: true,
    holdsBack: false,
    unfold: () => undefined,
    commit() {},
  }
  const reading = codec.stream('sse', contextOf(callOf('openai-chat', {})))
  const headers = { 'content-type': 'text/event-stream' }
  return { written, ended, receiver: new StreamReceiver(owner, reading, headers, { pause() {}, resume() {} }) }
}

it('sends what came before the first output together with it', () => {
  const { written, receiver: stream } = receiver()
  const [role, word] = [chunk({ role: 'assistant', content: '' }), chunk({ content: 'word' })]
  stream.data(role)
  expect(written).toEqual([])
  stream.data(word)
  stream.data(word)
  expect(written).toEqual([`${role}${word}`, `${word}`])
})

it('copies nothing together that is large', () => {
  const { written, receiver: stream } = receiver()
  const comment = Buffer.from(`: ${' '.repeat(20_000)}\n\n`)
  const word = chunk({ content: 'word' })
  stream.data(comment)
  stream.data(word)
  expect(written).toEqual([`${comment}`, `${word}`])
})

const STOP = Buffer.from(`data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`)

it('ends with the end marker where the end comes at once', () => {
  const { written, ended, receiver: stream } = receiver()
  stream.data(chunk({ content: 'word' }))
  stream.data(STOP)
  expect(stream.end()).toBeUndefined()
  stream.finish()
  expect(written).toEqual([`${chunk({ content: 'word' })}`])
  expect(ended).toEqual([`${STOP}`])
})

it('keeps the end marker for no end that does not come', async () => {
  const { written, ended, receiver: stream } = receiver()
  stream.data(chunk({ content: 'word' }))
  stream.data(STOP)
  await new Promise(setImmediate)
  expect(written).toEqual([`${chunk({ content: 'word' })}`, `${STOP}`])
  stream.finish()
  expect(ended).toEqual([''])
})

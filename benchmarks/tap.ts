/**
 * What the tap costs: nanoseconds per 1 KB chunk of a stream that passes through, against a plain copy of the bytes and
 * against parsing every event. Run: `npx node -C source benchmarks/tap.ts [chunks] [--json]`
 */

import { editBody } from '../src/base/json/edit-body.ts'
import type { ReadContext } from '../src/routing/codec.ts'
import type { Call } from '../src/routing/ports.ts'
import { createCodec } from '../src/wire/codec.ts'

const CHUNK_BYTES = 1024
const chunks = Number(process.argv[2]) || 200_000
const rounds = 5
const codec = createCodec()

const json = (data: unknown): string => JSON.stringify(data)
const word = ' word'

const openai = (more: object = {}): string =>
  `data: ${json({
    id: 'chatcmpl-B9MHDbslfkBeAs8l4bebGdFOJ6PeG',
    object: 'chat.completion.chunk',
    created: 1_741_570_283,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, delta: { content: word }, logprobs: null, finish_reason: null }],
    ...more,
  })}\n\n`
const anthropic = `event: content_block_delta\ndata: ${json({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word } })}\n\n`
const responses = `event: response.output_text.delta\ndata: ${json({
  type: 'response.output_text.delta',
  sequence_number: 9,
  item_id: 'msg_67c9fdcf37fc8190ba82116e33fb28c507b8b0ad4e5eb654',
  output_index: 0,
  content_index: 0,
  delta: word,
  logprobs: [],
})}\n\n`

/** Whole events until the chunk has about 1 KB. */
const chunkOf = (event: string): Buffer =>
  Buffer.from(event.repeat(Math.max(1, Math.round(CHUNK_BYTES / Buffer.byteLength(event)))))
/** The same stream, cut every 1024 bytes wherever that falls; 1024 events fill whole chunks. */
function misaligned(event: string): Buffer[] {
  const stream = Buffer.from(event.repeat(1024))
  return Array.from({ length: stream.length / CHUNK_BYTES }, (_, i) =>
    stream.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES),
  )
}

/** `upstream`: the wire of the answer, where it is not the client's. */
function contextOf(wire: string, flavour: Call['flavour'] = 'openai', upstream = wire): ReadContext {
  const body = {}
  const raw = Buffer.from('{}')
  const time = Date.now()
  const call: Call = {
    id: 'gen-1',
    time,
    arrivedMs: 0,
    operation: 'chat',
    wire,
    flavour,
    stream: true,
    contentType: 'application/json',
    headers: {},
    raw,
    body,
  }
  return { call, wire: upstream, provider: 'p', model: 'm', cost: () => 0 }
}

/** Best of several rounds: nanoseconds per call. */
function measure(work: () => (i: number) => unknown): number {
  let best = Number.POSITIVE_INFINITY
  let sink: unknown
  for (let round = 0; round < rounds; round++) {
    const step = work()
    const begin = process.hrtime.bigint()
    for (let i = 0; i < chunks; i++) sink = step(i)
    best = Math.min(best, Number(process.hrtime.bigint() - begin) / chunks)
  }
  if (sink === undefined) throw new TypeError('the work was optimised away')
  return best
}

interface Row {
  case: string
  bytes: number
  copy: number
  tap: number
  parse: number
}

/** `whole`: a chunk of whole events, for parsing, where the stream's chunks are none. */
function row(name: string, context: ReadContext, stream: Buffer[], whole?: Buffer): Row {
  const bytes = stream.reduce((sum, chunk) => sum + chunk.length, 0) / stream.length
  const at = (i: number): Buffer => stream[i % stream.length]!
  const tap = (): ((i: number) => unknown) => {
    const reader = codec.stream('sse', context)
    return (i) => {
      const out = reader.push(at(i))
      if (reader.malformed !== undefined) throw new TypeError(reader.malformed)
      return out
    }
  }
  const parse = (i: number): unknown => {
    let last: unknown
    for (const event of (whole ?? at(i)).toString().split('\n\n')) {
      if (event !== '') last = JSON.parse(event.slice(event.indexOf('data: ') + 6))
    }
    return last ?? null
  }
  return {
    case: name,
    bytes: Math.round(bytes),
    copy: measure(() => (i) => Buffer.from(at(i))),
    tap: measure(tap),
    parse: measure(() => parse),
  }
}

const aligned = (event: string): Buffer[] => [chunkOf(event)]
const rows = [
  row('openai-chat', contextOf('openai-chat'), aligned(openai())),
  row('openai-chat, one event', contextOf('openai-chat'), [Buffer.from(openai())]),
  row('openai-chat, usage: null', contextOf('openai-chat'), aligned(openai({ usage: null, system_fingerprint: null }))),
  row(
    'the same under /api/v1',
    contextOf('openai-chat', 'openrouter'),
    aligned(openai({ usage: null, system_fingerprint: null })),
  ),
  row('anthropic-messages', contextOf('anthropic-messages'), aligned(anthropic)),
  row('openai-responses', contextOf('openai-responses'), aligned(responses)),
  row('chat for Responses, one event', contextOf('openai-responses', 'openai', 'openai-chat'), [Buffer.from(openai())]),
  row('chat for Messages, one event', contextOf('anthropic-messages', 'openai', 'openai-chat'), [
    Buffer.from(openai()),
  ]),
  row('Messages for Responses', contextOf('openai-responses', 'openai', 'anthropic-messages'), [
    Buffer.from(anthropic),
  ]),
  row('Responses for chat', contextOf('openai-chat', 'openai', 'openai-responses'), [Buffer.from(responses)]),
  row('openai-chat, cut anywhere', contextOf('openai-chat'), misaligned(openai()), chunkOf(openai())),
]

const request = Buffer.from(
  json({
    model: 'small',
    messages: [{ role: 'user', content: 'How are "you"?\n'.repeat(600) }],
    temperature: 1,
    provider: { sort: 'price' },
  }),
)
const edit = measure(
  () => () => editBody(request, { set: { model: 'gpt-4o-mini' }, remove: ['provider', 'models', 'usage', 'plugins'] }),
)

const pad = (value: string | number, width: number): string => String(value).padStart(width)
console.log(`\nns per chunk, best of ${rounds} rounds of ${chunks}, Node ${process.versions.node}\n`)
console.log(`${'stream'.padEnd(28)}${pad('bytes', 7)}${pad('copy', 8)}${pad('tap', 8)}${pad('parse all', 11)}`)
for (const { case: name, bytes, copy, tap, parse } of rows) {
  console.log(
    `${name.padEnd(28)}${pad(bytes, 7)}${pad(copy.toFixed(0), 8)}${pad(tap.toFixed(0), 8)}${pad(parse.toFixed(0), 11)}`,
  )
}
console.log(`\neditBody on a request of ${request.length} bytes: ${edit.toFixed(0)} ns\n`)
if (process.argv.includes('--json'))
  console.log(JSON.stringify({ unit: 'ns', rows, editBody: { bytes: request.length, ns: edit } }))

/** What the upstream of the overhead benchmark answers: HTTP/1.1 as bytes. */

const json = (body: object) => {
  const text = JSON.stringify(body)
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n`
  return Buffer.from(head + text)
}
const streamed = (type: string) => `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ntransfer-encoding: chunked\r\n\r\n`

export const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

const TEXT = 'Hello there, this is an answer of ordinary length.'
/** The text of a streamed chunk: the monotonic time at which it was made. */
const mark = () => `@${process.hrtime.bigint()}@`

const chat = json({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench',
  choices: [{ index: 0, message: { role: 'assistant', content: TEXT }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 60, completion_tokens: 12, total_tokens: 72 },
})

const response = (status: string, output: readonly object[]) => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_700_000_000,
  status,
  model: 'bench',
  output,
  parallel_tool_calls: true,
  tools: [],
  tool_choice: 'auto',
  store: false,
  usage:
    status !== 'completed'
      ? null
      : {
          input_tokens: 60,
          input_tokens_details: { cached_tokens: 0 },
          output_tokens: 12,
          output_tokens_details: { reasoning_tokens: 0 },
          total_tokens: 72,
        },
})
const message = (text: string, status = 'completed') => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  status,
  content: [{ type: 'output_text', text, annotations: [] }],
})

const image = json({
  created: 1_700_000_000,
  data: [{ b64_json: Buffer.alloc(768 * 1024, 'picture').toString('base64') }],
  usage: { input_tokens: 60, output_tokens: 1056, total_tokens: 1116 },
})

const sound = 'sound of '.repeat(1821).slice(0, 16 * 1024)
const speech = Buffer.from(`${streamed('audio/mpeg')}${chunk(sound).repeat(4)}0\r\n\r\n`)

/** To a router that asks for a list of models. */
export const NOT_FOUND = 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n'

/** By path. */
export const WHOLE: Readonly<Record<string, Buffer>> = {
  '/v1/chat/completions': chat,
  '/v1/responses': json(response('completed', [message(TEXT)])),
  '/v1/images/generations': image,
  '/v1/audio/speech': speech,
}

export interface StreamAnswer {
  readonly head: string
  readonly marked: () => string
  readonly last: string
}

function chunkEvent(delta: object, finish: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }]
  const data = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'bench', choices }
  return chunk(`data: ${JSON.stringify(data)}\n\n`)
}

const chatUsage = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench","choices":[],"usage":{"prompt_tokens":60,"completion_tokens":20,"total_tokens":80}}\n\n`
const chatEnd = `${chunkEvent({}, 'stop')}${chunk(chatUsage)}${chunk('data: [DONE]\n\n')}0\r\n\r\n`

const responseEvent = (type: string, data: object) =>
  chunk(`event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: 1, ...data })}\n\n`)
const place = { output_index: 0, content_index: 0, item_id: 'msg_1' }
const part = { type: 'output_text', text: '', annotations: [] }
const responsesHead =
  responseEvent('response.created', { response: response('in_progress', []) }) +
  responseEvent('response.output_item.added', { output_index: 0, item: message('', 'in_progress') }) +
  responseEvent('response.content_part.added', { ...place, part })
const responsesEnd =
  responseEvent('response.output_text.done', { ...place, text: TEXT }) +
  responseEvent('response.output_item.done', { output_index: 0, item: message(TEXT) }) +
  `${responseEvent('response.completed', { response: response('completed', [message(TEXT)]) })}0\r\n\r\n`

const CHAT_STREAM: StreamAnswer = {
  head: streamed('text/event-stream') + chunkEvent({ role: 'assistant', content: '' }),
  marked: () => chunkEvent({ content: mark() }),
  last: chatEnd,
}
const RESPONSES_STREAM: StreamAnswer = {
  head: streamed('text/event-stream') + responsesHead,
  marked: () => responseEvent('response.output_text.delta', { ...place, delta: mark(), logprobs: [] }),
  last: responsesEnd,
}

export const STREAMS: Readonly<Record<string, StreamAnswer>> = {
  '/v1/chat/completions': CHAT_STREAM,
  '/v1/responses': RESPONSES_STREAM,
}

/**
 * The upstream of the overhead benchmark: a raw socket server that costs next to nothing, so that what is measured is
 * the proxy. Answers a chat completion at once, or streams `CHUNKS` events one every `GAP_MS`, the first at once, each
 * carrying the monotonic time at which it was sent.
 */
import { createServer, type Socket } from 'node:net'

const CHUNKS = Number(process.env.CHUNKS ?? 20)
const GAP_MS = 10

const body = JSON.stringify({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'bench',
  choices: [
    {
      index: 0,
      message: { role: 'assistant', content: 'Hello there, this is an answer of ordinary length.' },
      finish_reason: 'stop',
    },
  ],
  usage: { prompt_tokens: 60, completion_tokens: 12, total_tokens: 72 },
})
const whole = Buffer.from(
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
)
const streamHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n'

const chunk = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

function event(delta: object, finish: string | null = null): string {
  const data = {
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, delta, finish_reason: finish }],
  }
  return `data: ${JSON.stringify(data)}\n\n`
}

const marked = () => event({ content: `@${process.hrtime.bigint()}@` })

function stream(socket: Socket): void {
  // Timers go by whole milliseconds: a first token that waited for one would hide what it is there to show.
  socket.write(streamHead + chunk(event({ role: 'assistant', content: '' })) + chunk(marked()))
  let sent = 1
  const timer = setInterval(() => {
    if (sent++ < CHUNKS) {
      socket.write(chunk(marked()))
      return
    }
    stop()
    socket.off('close', stop)
    const usage = `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench","choices":[],"usage":{"prompt_tokens":60,"completion_tokens":20,"total_tokens":80}}\n\n`
    socket.write(`${chunk(event({}, 'stop'))}${chunk(usage)}${chunk('data: [DONE]\n\n')}0\r\n\r\n`)
  }, GAP_MS)
  const stop = () => clearInterval(timer)
  socket.once('close', stop)
}

const server = createServer({ noDelay: true }, (socket) => {
  let pending = ''
  socket.on('error', () => {})
  socket.on('data', (data) => {
    pending += data.toString('latin1')
    for (;;) {
      const head = pending.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/content-length: (\d+)/i.exec(pending.slice(0, head))?.[1] ?? 0)
      if (pending.length < head + 4 + length) return
      const request = pending.slice(head + 4, head + 4 + length)
      pending = pending.slice(head + 4 + length)
      if (request.includes('"stream":true')) stream(socket)
      else socket.write(whole)
    }
  })
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log('ready'))

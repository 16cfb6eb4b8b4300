/**
 * The upstream of the overhead benchmark: a raw socket server that costs next to nothing, so that what is measured is
 * the proxy. Answers at once, or streams `CHUNKS` events one every `GAP_MS`, the first at once, each
 * carrying the monotonic time at which it was sent.
 */
import { createServer, type Socket } from 'node:net'
import { NOT_FOUND, STREAMS, type StreamAnswer, WHOLE } from './answers.ts'

const CHUNKS = Number(process.env.CHUNKS ?? 20)
const GAP_MS = 10

function stream(socket: Socket, { head, marked, last }: StreamAnswer): void {
  // Timers go by whole milliseconds: a first token that waited for one would hide what it is there to show.
  socket.write(head + marked())
  let sent = 1
  const timer = setInterval(() => {
    if (sent++ < CHUNKS) {
      socket.write(marked())
      return
    }
    stop()
    socket.off('close', stop)
    socket.write(last)
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
      const path = pending.slice('POST '.length, pending.indexOf(' HTTP/'))
      const length = Number(/content-length: (\d+)/i.exec(pending.slice(0, head))?.[1] ?? 0)
      if (pending.length < head + 4 + length) return
      const request = pending.slice(head + 4, head + 4 + length)
      pending = pending.slice(head + 4 + length)
      if (request.includes('"stream":true')) stream(socket, STREAMS[path]!)
      else socket.write(WHOLE[path] ?? NOT_FOUND)
    }
  })
})
server.listen(Number(process.env.PORT ?? 0), '127.0.0.1', () => console.log('ready'))

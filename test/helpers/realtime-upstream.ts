/** A scripted realtime service: WebSockets on a port of its own. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

export interface RealtimeUpstream {
  /** With `/v1`. */
  readonly url: string
  readonly requests: readonly IncomingMessage[]
  /** What it does with a session; default: greets, and answers as a model would. */
  behaviour: (socket: WebSocket, request: IncomingMessage) => void
  /** In place of a session: an error with this status. */
  refuse: number | undefined
  /** In place of anything: nothing. */
  mute: boolean
  /** Forgets what was scripted and asked. */
  reset(): void
  close(): Promise<void>
}

export const event = (type: string, fields: object = {}): string =>
  JSON.stringify({ type, event_id: 'event_1', ...fields })

export const USAGE = {
  total_tokens: 30,
  input_tokens: 20,
  output_tokens: 10,
  input_token_details: { text_tokens: 20, audio_tokens: 0, cached_tokens: 0 },
  output_token_details: { text_tokens: 10, audio_tokens: 0 },
}

/** Greets, repeats what is said as an event, and answers `response.create`. */
export function good(name: string) {
  return (socket: WebSocket): void => {
    socket.send(event('session.created', { session: { id: `sess_${name}`, type: 'realtime' } }))
    socket.on('message', (data) => {
      const said = JSON.parse(String(data))
      if (said.type === 'response.create') {
        socket.send(event('response.output_text.delta', { delta: name }))
        socket.send(event('response.done', { response: { id: 'resp_1', status: 'completed', usage: USAGE } }))
      } else if (said.type === 'session.close') socket.close(said.code, said.reason)
      else socket.send(event('echo', { said }))
    })
  }
}

export async function startRealtimeUpstream(name: string): Promise<RealtimeUpstream> {
  const requests: IncomingMessage[] = []
  const server = createServer((_request, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({ noServer: true })
  const connections = new Set<Socket>()
  server.on('connection', (socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  server.on('upgrade', (request, socket, head) => {
    requests.push(request)
    socket.on('error', () => {})
    if (upstream.mute) return
    if (upstream.refuse !== undefined) {
      const body = JSON.stringify({ error: { message: `refused with ${upstream.refuse}`, type: 'x', code: null } })
      socket.end(
        `HTTP/1.1 ${upstream.refuse} No\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
      )
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => upstream.behaviour(client, request))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const upstream: RealtimeUpstream = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    behaviour: good(name),
    refuse: undefined,
    mute: false,
    reset: () => {
      requests.length = 0
      Object.assign(upstream, { behaviour: good(name), refuse: undefined, mute: false })
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of connections) socket.destroy()
      }),
  }
  return upstream
}

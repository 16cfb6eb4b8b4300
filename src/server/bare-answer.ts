import type { Socket } from 'node:net'

/** `type`: as OpenAI has it. `headers`: further lines of the head. */
interface BareAnswer {
  readonly status: string
  readonly type: 'invalid_request_error' | 'server_error'
  readonly message: string
  readonly headers?: string
}

/** Answers a request that nobody has read, so that its dialect is not known, and closes. */
export function answerBare(socket: Socket, { status, type, message, headers = '' }: BareAnswer): void {
  const body = JSON.stringify({ error: { message, type, param: null, code: null } })
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\n${headers}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { inTime } from '../patience.ts'
import { reply } from './reply.ts'
import type { Behaviour, Ending, Exchange, Json, ReceivedRequest } from './types.ts'
import { bedrockIn, wireOf } from './wires.ts'

export interface UpstreamOptions {
  /** What it says when not scripted, so that a test knows who answered. */
  text?: string
}

/** A scripted model provider on a port of its own. */
export interface Upstream {
  /** Base URL including `/v1`. */
  readonly url: string
  readonly port: number
  readonly requests: readonly ReceivedRequest[]
  /** Sockets open now. */
  readonly openSockets: number
  /**
   * What to do for requests that name `model` (`*`: any other), one behaviour per request; the last one stays. Replaces
   * what was scripted. Unscripted requests are answered well.
   */
  script(model: string, ...behaviours: Behaviour[]): void
  /** Settles when `count` requests in all (of `model`, if given) have been received, with the last of them. */
  waitFor(count: number, model?: string): Promise<ReceivedRequest>
  requestsFor(model: string): ReceivedRequest[]
  /** Forgets scripts and requests. */
  clear(): void
  close(): Promise<void>
}

/** Starts an upstream on 127.0.0.1. */
export async function startUpstream(options: UpstreamOptions = {}): Promise<Upstream> {
  const requests: ReceivedRequest[] = []
  const scripts = new Map<string, Behaviour[]>()
  const waiters = new Set<() => void>()
  const sockets = new Set<Socket>()
  const answerWell = reply({}, options.text)

  function behaviourFor(model: string): Behaviour {
    const queue = scripts.get(model) ?? scripts.get('*') ?? []
    return (queue.length > 1 ? queue.shift() : queue[0]) ?? answerWell
  }

  const server = createServer(
    { requestTimeout: 0, headersTimeout: 0, maxHeaderSize: 1 << 20 },
    async (incoming, response) => {
      const exchange = await receive(incoming, response)
      if (exchange === undefined) return
      requests.push(exchange.request)
      for (const check of waiters) check()
      try {
        await behaviourFor(exchange.request.model)(exchange)
      } catch (error) {
        // A mistake in a script shows in the test that made it, as an answer that says so.
        console.error('The scripted upstream failed:', error)
        response.destroy()
      }
    },
  )
  server.on('connection', (socket) => {
    sockets.add(socket.setNoDelay(true))
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  const requestsFor = (model: string): ReceivedRequest[] => requests.filter((request) => request.model === model)
  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    get openSockets() {
      return sockets.size
    },
    script: (model, ...behaviours) => void scripts.set(model, behaviours),
    requestsFor,
    waitFor: (count, model) => {
      const last = new Promise<ReceivedRequest>((resolve) => {
        const check = (): void => {
          const request = (model === undefined ? requests : requestsFor(model))[count - 1]
          if (request === undefined) return void waiters.add(check)
          waiters.delete(check)
          resolve(request)
        }
        check()
      })
      const what = `request ${count}${model === undefined ? '' : ` of ${model}`} to arrive upstream`
      return inTime(last, what, () => requests.map((request) => `${request.path} ${request.model}`).join('\n'))
    },
    clear: () => {
      requests.length = 0
      scripts.clear()
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** Reads a request whole; undefined when it breaks off before its end. */
async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<Exchange | undefined> {
  response.on('error', () => {})
  const chunks: Buffer[] = []
  try {
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
  } catch {
    return undefined
  }
  let cut = false
  const ended = new Promise<Ending>((resolve) => {
    response.once('close', () => resolve(cut ? 'cut' : response.writableFinished ? 'finished' : 'aborted'))
  })
  const body = Buffer.concat(chunks)
  const path = incoming.url ?? '/'
  const bedrock = bedrockIn(path)
  const json = /^multipart\//.test(incoming.headers['content-type'] ?? '') ? fieldsOf(body) : parse(body)
  return {
    request: {
      method: incoming.method ?? 'GET',
      path,
      headers: incoming.headers,
      rawHeaders: incoming.rawHeaders,
      body,
      json,
      wire: wireOf(path),
      model: typeof json.model === 'string' ? json.model : (bedrock?.model ?? inAddress(path)),
      stream:
        json.stream === true ||
        json.stream === 'true' ||
        bedrock?.stream === true ||
        path.includes(':streamGenerateContent'),
      ended,
    },
    response,
    cut: (how) => {
      cut = true
      const { socket } = response
      // An empty write's callback comes after everything written before it has left.
      socket?.write('', () => (how === 'fin' ? socket.destroySoon() : socket.resetAndDestroy()))
    },
  }
}

/** Google's models stand in the address. */
const inAddress = (path: string): string => decodeURIComponent(/\/models\/([^:?]+):\w+/.exec(path)?.[1] ?? '')

/** Of a form, as text; of its files their bytes in latin1. */
function fieldsOf(body: Buffer): Json {
  const text = body.toString('latin1')
  const boundary = text.slice(0, text.indexOf('\r\n'))
  const parts = text.split(`\r\n${boundary}`).map((part) => /; name="([^"]*)".*?\r\n\r\n(.*)/s.exec(part))
  return Object.fromEntries(parts.flatMap((part) => (part ? [[part[1]!, part[2]!]] : [])))
}

function parse(body: Buffer): Json {
  try {
    return body.length === 0 ? {} : (JSON.parse(body.toString()) as Json)
  } catch {
    return {}
  }
}

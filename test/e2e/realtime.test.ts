/** Realtime sessions: who answers them, what goes wrong, and what is left on record. */
import { once } from 'node:events'
import { connect } from 'node:net'
import OpenAI from 'openai'
import { OpenAIRealtimeWS } from 'openai/realtime/ws'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { send } from '../helpers/http.ts'
import { event, good, type RealtimeUpstream, startRealtimeUpstream, USAGE } from '../helpers/realtime-upstream.ts'
import { type Router, startRouter } from '../helpers/router.ts'

const KEY = 'sk-client-key-1'
const SECRET = 'sk-provider-secret-key'

let one: RealtimeUpstream
let two: RealtimeUpstream
let router: Router

beforeAll(async () => {
  ;[one, two] = await Promise.all([startRealtimeUpstream('one'), startRealtimeUpstream('two')])
  router = await start()
})
afterAll(async () => {
  await router.stop()
  await Promise.all([one.close(), two.close()])
})
beforeEach(async () => {
  for (const upstream of [one, two]) upstream.reset()
  for (const id of ['one', 'two'])
    await send(`${router.url}/v1/router/endpoints/close?endpoint=${id}/gpt-realtime`, { ...auth, method: 'POST' })
})

function start(): Promise<Router> {
  const provider = { plugin: 'openai', api_key: SECRET, price: { prompt: 1, completion: 2 } }
  return startRouter({
    config: {
      auth: { keys: [KEY] },
      server: { drain_timeout: '100ms', realtime: { frame_limit: '64kb', sessions: 3 } },
      providers: { one: { ...provider, base_url: one.url }, two: { ...provider, base_url: two.url } },
      models: {
        voice: { endpoints: ['one/gpt-realtime', 'two/gpt-realtime'] },
        patient: { endpoints: ['one/slow'], timeouts: { first_token: '20s' } },
      },
      routing: { strategy: 'priority', timeouts: { first_token: '3s' } },
    },
  })
}

const url = (model = 'voice'): string => `${router.url.replace('http', 'ws')}/v1/realtime?model=${model}`
const auth = { headers: { authorization: `Bearer ${KEY}` } }

interface Client {
  readonly socket: WebSocket
  readonly closed: Promise<{ code: number; reason: string }>
  /** The next message. */
  next(): Promise<Record<string, unknown>>
  say(type: string, fields?: object): void
  readonly endpoint: Promise<unknown>
}

function open(target = url(), options: object = auth, protocols: string[] = []): Client {
  const socket = new WebSocket(target, protocols, options)
  const messages: Record<string, unknown>[] = []
  const waiting: ((message: Record<string, unknown>) => void)[] = []
  socket.on('error', () => {})
  socket.on('message', (data) => {
    const message = JSON.parse(String(data))
    const waiter = waiting.shift()
    if (waiter) waiter(message)
    else messages.push(message)
  })
  return {
    socket,
    closed: once(socket, 'close').then(([code, reason]) => ({ code, reason: String(reason) })),
    endpoint: once(socket, 'upgrade').then(([answer]) => answer.headers['x-router-endpoint']),
    next: () => {
      const message = messages.shift()
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve))
    },
    say: (type, fields) => socket.send(event(type, fields)),
  }
}

/** The status of a session that is refused. */
async function refused(target = url(), options: object = auth): Promise<{ status: number; body: string }> {
  const socket = new WebSocket(target, options)
  socket.on('error', () => {})
  const [, answer] = await once(socket, 'unexpected-response')
  let body = ''
  for await (const chunk of answer) body += chunk
  return { status: answer.statusCode, body }
}

async function recordOf(client: Client): Promise<Record<string, unknown>> {
  const [answer] = await once(client.socket, 'upgrade')
  await client.closed
  const path = `${router.url}/v1/generation?id=${answer.headers['x-generation-id']}`
  let data: unknown
  await expect
    .poll(async () => {
      data = (await send(path, auth)).json?.data
      return data
    })
    .toBeDefined()
  return data as Record<string, unknown>
}

test('the openai client talks to an endpoint, and what it used is on record', async () => {
  const openai = new OpenAI({ apiKey: KEY, baseURL: `${router.url}/v1` })
  const { port } = new URL(router.url)
  // It always speaks TLS, which stands before a router.
  const options = { createConnection: () => connect(Number(port), '127.0.0.1') } as object
  const client = new OpenAIRealtimeWS({ model: 'voice', options }, openai)
  const failed: unknown[] = []
  client.on('error', (error) => failed.push(error))
  const [created] = await new Promise<[{ session: { id: string } }]>((resolve) =>
    client.on('session.created', (event) => resolve([event as never])),
  )
  expect(created.session.id).toBe('sess_one')
  client.send({ type: 'response.create' })
  await new Promise((resolve) => client.on('response.done', resolve))
  client.close()
  await once(client.socket, 'close')
  expect(failed).toEqual([])
  const metrics = () => send(`${router.url}/metrics`, auth).then(({ text }) => text)
  await expect.poll(metrics).toContain('commonroute_requests_total{operation="realtime",kind="ok"} 1')
  expect(await metrics()).toContain('commonroute_cost_usd_total{endpoint="one/gpt-realtime"} 0.00004')
  const [request] = one.requests
  expect(request?.url).toBe('/v1/realtime?model=gpt-realtime')
  expect(request?.headers.authorization).toBe(`Bearer ${SECRET}`)
  expect(JSON.stringify(request?.headers)).not.toContain(KEY)
})

test('the record of a session has its usage, cost and length', async () => {
  const client = open()
  const record = recordOf(client)
  await client.next()
  for (let turn = 0; turn < 2; turn++) {
    client.say('response.create')
    await client.next()
    await client.next()
  }
  client.socket.close(1000, 'bye')
  expect(await record).toMatchObject({
    outcome: 'ok',
    upstream_id: 'sess_one',
    tokens_prompt: 2 * USAGE.input_tokens,
    tokens_completion: 2 * USAGE.output_tokens,
    total_cost: 0.00008,
    attempts: [{ endpoint: 'one/gpt-realtime', outcome: 'ok' }],
  })
})

test('a browser sends its key among the protocols', async () => {
  const client = open(url(), {}, ['realtime', `openai-insecure-api-key.${KEY}`, 'openai-beta.realtime-v1'])
  await client.next()
  expect(client.socket.protocol).toBe('realtime')
  expect(one.requests[0]?.headers['openai-beta']).toBe('realtime=v1')
  expect(one.requests[0]?.headers['sec-websocket-protocol']).toBeUndefined()
  client.socket.terminate()
})

describe('who is not let in is told why, before the upgrade', () => {
  test('without a key, with a wrong model', async () => {
    expect((await refused(url(), {})).status).toBe(401)
    const missing = await refused(url('nothing'))
    expect(missing.status).toBe(404)
    expect(JSON.parse(missing.body)).toMatchObject({ error: { code: 'model_not_found' } })
    expect((await refused(`${router.url.replace('http', 'ws')}/v1/realtime`)).status).toBe(400)
  })

  test('without an upgrade, which a proxy may have left out', async () => {
    const plain = await send(`${router.url}/v1/realtime?model=voice`, { headers: { authorization: `Bearer ${KEY}` } })
    expect(plain.status).toBe(400)
    expect(plain.json).toMatchObject({ error: { message: expect.stringContaining('upgrade') } })
  })

  test('more sessions than there may be: 429', async () => {
    const open3 = [open(), open(), open()]
    for (const client of open3) await client.next()
    expect((await refused()).status).toBe(429)
    for (const client of open3) client.socket.close()
    for (const client of open3) await client.closed
    await expect
      .poll(async () => {
        const again = open()
        return Promise.race([
          again.next().then(() => 'in'),
          once(again.socket, 'unexpected-response').then(() => 'out'),
        ])
      })
      .toBe('in')
  })

  test('other upgrades are overlooked, as ever', async () => {
    const headers = { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABkAAQAAP__' }
    expect((await send(`${router.url}/health`, { headers })).status).toBe(200)
  })
})

describe('another endpoint takes over until the first event', () => {
  test.each([401, 404, 429, 500])('after a refusal with %s', async (status) => {
    one.refuse = status
    const client = open()
    expect(await client.next()).toMatchObject({ type: 'session.created', session: { id: 'sess_two' } })
    expect(await client.endpoint).toBe('two/gpt-realtime')
    client.socket.close()
    await client.closed
  })

  test('after a cut, an error event, a close, and when nobody greets', async () => {
    for (const behaviour of [
      (socket: WebSocket) => socket.terminate(),
      (socket: WebSocket) => socket.send(event('error', { error: { type: 'server_error', message: 'overloaded' } })),
      (socket: WebSocket) => socket.close(1011, 'sorry'),
      () => {},
    ]) {
      one.behaviour = behaviour
      const client = open()
      expect(await client.next()).toMatchObject({ session: { id: 'sess_two' } })
      client.socket.close()
      await client.closed
    }
  })

  test('when the upgrade is not answered at all', async () => {
    one.mute = true
    const client = open()
    expect(await client.next()).toMatchObject({ session: { id: 'sess_two' } })
    client.socket.close()
    await client.closed
  })

  test('when all refuse: a status, with what was wrong', async () => {
    one.refuse = 500
    two.refuse = 503
    const { status, body } = await refused()
    expect(status).toBe(502)
    expect(body).toContain('two/gpt-realtime')
  })
})

test('a server that waits for its client gets to hear it', async () => {
  one.behaviour = (socket) => {
    socket.once('message', () => good('one')(socket))
  }
  const client = open(url('patient'))
  await once(client.socket, 'open')
  client.say('session.update')
  expect(await client.next()).toMatchObject({ type: 'session.created' })
  client.socket.close()
  await client.closed
})

describe('after the first event', () => {
  test('a cut is said, and the session closed', async () => {
    one.behaviour = (socket) => {
      good('one')(socket)
      socket.on('message', () => socket.terminate())
    }
    const client = open()
    const record = recordOf(client)
    await client.next()
    client.say('response.create')
    const last = await client.next().then((message) => (message.type === 'error' ? message : client.next()))
    expect(['error', 'response.done']).toContain(last.type)
    expect((await client.closed).code).toBe(1011)
    expect(await record).toMatchObject({ outcome: 'provider_truncated' })
  })

  test.each([
    [1000, 'done'],
    [1008, 'policy'],
    [4001, 'of its own'],
  ])('a close with %i is carried to the client', async (code, reason) => {
    const client = open()
    await client.next()
    client.say('session.close', { code, reason })
    expect(await client.closed).toEqual({ code, reason })
  })

  test('the client’s close is carried to the server', async () => {
    const closed = new Promise((resolve) => {
      one.behaviour = (socket) => {
        good('one')(socket)
        socket.once('close', (code, reason) => resolve([code, String(reason)]))
      }
    })
    const client = open()
    await client.next()
    client.socket.close(4321, 'enough')
    expect(await closed).toEqual([4321, 'enough'])
  })

  test('a client that is gone takes the session with it', async () => {
    const closed = new Promise((resolve) => {
      one.behaviour = (socket) => {
        good('one')(socket)
        socket.once('close', resolve)
      }
    })
    const client = open()
    const record = recordOf(client)
    await client.next()
    client.socket.terminate()
    await closed
    expect(await record).toMatchObject({ outcome: 'caller_cancelled' })
  })

  test('too large a message ends it, from either side', async () => {
    const client = open()
    await client.next()
    client.say('big', { data: 'x'.repeat(100_000) })
    expect((await client.closed).code).toBe(1009)
    one.behaviour = (socket) => {
      good('one')(socket)
      socket.on('message', () => socket.send('x'.repeat(100_000)))
    }
    const other = open()
    await other.next()
    other.say('anything')
    expect((await other.closed).code).toBe(1011)
  })

  test('messages of both sides arrive whole and in order, at the pace of the slower one', async () => {
    const count = 2000
    one.behaviour = (socket) => {
      socket.send(event('session.created'))
      socket.once('message', () => {
        for (let number = 0; number < count; number++) socket.send(event('x', { number, pad: 'y'.repeat(10_000) }))
      })
    }
    const client = open()
    await client.next()
    client.say('go')
    client.socket.pause()
    await new Promise(setImmediate)
    client.socket.resume()
    for (let number = 0; number < count; number++) expect((await client.next()).number).toBe(number)
    client.socket.terminate()
  })

  test('the router’s end is told: 1012', async () => {
    const ending = await start()
    const client = open(`${ending.url.replace('http', 'ws')}/v1/realtime?model=voice`)
    await client.next()
    const ended = ending.stop()
    expect((await client.closed).code).toBe(1012)
    expect(await ended).toBe(0)
  })
})

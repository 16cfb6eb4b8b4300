/** Clients that behave badly on the socket itself. After each the router still serves. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { open, send, upload } from '../helpers/http.ts'
import { postHead, type RawConnection, rawConnection } from '../helpers/raw.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { faults, Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream({ text: 'Still here.' })
  const up = { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' }
  const claude = { plugin: 'anthropic', base_url: upstream.url, api_key: 'sk-upstream-secret' }
  router = await startRouter({
    config: {
      providers: { up, other: up, claude },
      models: { m: { endpoints: ['up/m', 'other/m'] } },
      routing: { strategy: 'priority' },
    },
  })
})
afterEach(async () => {
  const answer = await ask(router.url, 'openai', 'up/fine', false)
  upstream.clear()
  expect(dialects.openai.text(answer)).toBe('Still here.')
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const chat = '/v1/chat/completions'

async function inputTokens(): Promise<number> {
  const { text } = await send(`${router.url}/metrics`)
  return Number(/input_tokens_total\{endpoint="up\/m"\} (\d+)/.exec(text)?.[1] ?? 0)
}

describe('hanging up', () => {
  it.each(['openai', 'anthropic'] as const)(
    'in the middle of a stream (%s) aborts the upstream request',
    async (client) => {
      upstream.script('m', reply({ gate: new Gate() }))
      const incoming = await open(`${router.url}${dialects[client].path}`, {
        body: dialects[client].request('m', true),
      })
      await new Promise((resolve) => incoming.once('data', resolve))
      incoming.destroy()
      expect(await (await upstream.waitFor(1, 'm')).ended).toBe('aborted')
      const attempts = await attemptsOf(router.url, incoming.headers['x-generation-id'])
      expect(attempts).toEqual([{ endpoint: 'up/m', kind: 'caller_cancelled' }])
    },
  )

  it.each([true, false])('before the first token aborts it and asks no other endpoint, stream: %s', async (stream) => {
    upstream.script('m', faults.hangAfterHead)
    const before = await inputTokens()
    const body = JSON.stringify(dialects.openai.request('m', stream))
    const connection = rawConnection(router.url)
    connection.write(postHead(chat, body.length) + body)
    const request = await upstream.waitFor(1, 'm')
    connection.destroy()
    expect(await request.ended).toBe('aborted')
    expect(upstream.requestsFor('m')).toHaveLength(1)
    // What was asked has been read there, and is to be paid.
    await expect.poll(inputTokens).toBeGreaterThan(before)
  })
})

describe('bodies that do not end', () => {
  it('half a body and a closed connection reach no upstream', async () => {
    const connection = rawConnection(router.url)
    connection.write(`${postHead(chat, 1000)}{"model":"m","messages":[`)
    connection.socket.end()
    await connection.closed
    expect(upstream.requests).toHaveLength(0)
  })

  it('two hundred half bodies that stall do not keep others waiting', async () => {
    const connections = Array.from({ length: 200 }, () => rawConnection(router.url))
    for (const connection of connections) connection.write(`${postHead(chat, 1000)}{"model":"m",`)
    const answer = await ask(router.url, 'openai', 'm', true)
    expect(dialects.openai.text(answer)).toBe('Still here.')
    for (const connection of connections) connection.destroy()
  })
})

describe('malformed HTTP', () => {
  const statusOf = async (connection: RawConnection): Promise<number> =>
    Number(/^HTTP\/1\.1 (\d+)/.exec(await connection.waitFor(/\r\n\r\n/))?.[1])
  const body = JSON.stringify(dialects.openai.request('m', false))

  it('50,000 headers are 431, as an error object', async () => {
    const connection = rawConnection(router.url)
    const headers = Array.from({ length: 50_000 }, (_, index) => `x-header-${index}: value\r\n`).join('')
    connection.write(`POST ${chat} HTTP/1.1\r\nhost: x\r\n${headers}content-length: 0\r\n\r\n`)
    expect(await statusOf(connection)).toBe(431)
    expect(JSON.parse((await connection.closed).split('\r\n\r\n')[1] ?? '')).toMatchObject({
      error: { message: expect.any(String) },
    })
  })

  it('a thousand short headers do not make it to the upstream', async () => {
    const connection = rawConnection(router.url)
    const headers = Array.from({ length: 1000 }, (_, index) => `h${index}: v\r\n`).join('')
    connection.write(
      `POST ${chat} HTTP/1.1\r\nhost: x\r\n${headers}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    )
    expect([200, 431]).toContain(await statusOf(connection))
    for (const request of upstream.requests) expect(request.rawHeaders.length).toBeLessThan(60)
    connection.destroy()
  })

  it.each([
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['two lengths', `POST ${chat} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!`],
    [
      'a length and chunks',
      `POST ${chat} HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['a chunk size that is none', `POST ${chat} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n\r\n`],
  ])('%s is 400, and the connection is closed', async (_, bytes) => {
    const connection = rawConnection(router.url)
    connection.write(bytes)
    expect(await statusOf(connection)).toBe(400)
    await connection.closed
    expect(upstream.requests).toHaveLength(0)
  })

  it('a head that comes byte by byte, and two requests at once, are fine', async () => {
    const slow = rawConnection(router.url)
    for (const byte of postHead(chat, body.length) + body) slow.write(byte)
    expect(await statusOf(slow)).toBe(200)
    slow.destroy()
    const pipelined = rawConnection(router.url)
    pipelined.write(`${postHead(chat, body.length)}${body}`.repeat(2))
    const text = await pipelined.waitFor(/Still here\.[\s\S]*Still here\./)
    expect(text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
    pipelined.destroy()
  })
})

it.each([
  ['with a slash at the end', `${chat}/`],
  ['with a query', `${chat}?api-version=1`],
  ['with a letter percent-encoded', '/v1/ch%61t/completions'],
  ['in absolute form', `http://127.0.0.1${chat}`],
])('the path %s is the same path', async (_, path) => {
  const body = JSON.stringify(dialects.openai.request('m', false))
  const connection = rawConnection(router.url)
  connection.write(postHead(path, body.length) + body)
  expect(await connection.waitFor(/Still here\./)).toMatch(/^HTTP\/1\.1 200 /)
  connection.destroy()
})

describe('a 40 MB body', () => {
  it.each([
    ['/v1/chat/completions', { error: { type: expect.any(String) } }],
    ['/api/v1/chat/completions', { error: { code: 413 } }],
    ['/v1/messages', { type: 'error', error: { type: 'request_too_large' } }],
  ])('is 413 at %s, and costs no memory', async (path, error) => {
    const before = await router.residentBytes()
    const answer = await upload(`${router.url}${path}`, 'x'.repeat(40_000_000))
    expect(answer.status).toBe(413)
    expect(answer.json).toMatchObject(error)
    expect((await router.residentBytes()) - before).toBeLessThan(60_000_000)
  })
})

describe.each(['/v1/chat/completions', '/api/v1/chat/completions', '/v1/messages'])('deep JSON at %s', (path) => {
  const nested = (levels: number): string => `${'['.repeat(levels)}1${']'.repeat(levels)}`
  it.each([
    ['messages', 10_000],
    ['messages', 1_000_000],
    ['tools', 10_000],
    ['an_unknown_field', 10_000],
    ['an_unknown_field', 1_000_000],
  ])('in %s, %i levels, is passed on or refused, and breaks nothing', async (field, levels) => {
    for (const provider of ['up', 'claude']) {
      const text = '{"role":"user","content":"Hi"}'
      const messages =
        field === 'messages'
          ? `[${text},{"role":"user","content":${nested(levels)}}]`
          : `[${text}],"${field}":${nested(levels)}`
      const answer = await send(`${router.url}${path}`, {
        body: `{"model":"${provider}/m","max_tokens":9,"messages":${messages}}`,
      })
      expect([200, 400], answer.text.slice(0, 300)).toContain(answer.status)
      if (answer.status === 400) expect(answer.json).toMatchObject({ error: { message: expect.any(String) } })
    }
  })
})

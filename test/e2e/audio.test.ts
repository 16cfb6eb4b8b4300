/** Speech and transcripts when something goes wrong, and forms that are none. */
import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { silence } from '../helpers/audio.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { open, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { bytes, cutBytes } from '../helpers/upstream/bytes.ts'
import { sendJson } from '../helpers/upstream/reply.ts'
import type { Behaviour } from '../helpers/upstream/types.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

const SOUND = Buffer.alloc(40_000, 0xfb)
const LIMIT = 8 * 1024 * 1024

/** One each for every test, so that none finds an endpoint left out. */
const MODELS = 60
/** What hangs is left after a while that is long for the rest of what may go wrong. */
const timeouts = { first_token: '2s', response: '2s', idle: '2s' }
const modelOf = (n: number) => ({ endpoints: [{ provider: 'main', model: `bad-${n}`, timeouts }, 'main/good'] })
let used = 0
let voice = ''
let bad = ''

const LARGE = Buffer.alloc(6 * 1024 * 1024, 'b')
const FULL = 'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 2\r\n\r\n{}'
/** What a server does in the midst of a large request. */
const RUDE: readonly (readonly [what: string, behave: (socket: Socket) => unknown])[] = [
  ['answers before it has come', (socket) => socket.end(FULL)],
  ['answers before it has come, and reads on', (socket) => socket.resume().write(FULL)],
  ['stops reading it', (socket) => socket.pause()],
  ['hangs up on it', (socket) => socket.resetAndDestroy()],
]
let rudeness = RUDE[0]![1]
const rude = createServer((socket) => {
  socket.on('error', () => {}).once('data', () => rudeness(socket))
})

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  await once(rude.listen(0, '127.0.0.1'), 'listening')
  const rudeUrl = `http://127.0.0.1:${(rude.address() as AddressInfo).port}/v1`
  router = await startRouter({
    config: {
      server: { body_limit: '8mb' },
      providers: {
        main: { plugin: 'openai', base_url: upstream.url, api_key: 'sk-upstream' },
        rude: { plugin: 'openai', base_url: rudeUrl, api_key: 'sk-upstream' },
      },
      models: {
        ...Object.fromEntries(Array.from({ length: MODELS }, (_, n) => [`voice-${n}`, modelOf(n)])),
        ...Object.fromEntries(
          RUDE.map((_, n) => [
            `rude-${n}`,
            { endpoints: [{ provider: 'rude', model: `x-${n}`, timeouts }, 'main/good'] },
          ]),
        ),
      },
      routing: { strategy: 'priority' },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  rude.close()
})
beforeEach(() => {
  voice = `voice-${used}`
  bad = `bad-${used++}`
})
afterEach(() => upstream.clear())

const speak = (more = {}) => ({ body: { model: voice, input: 'Hello.', voice: 'alloy', ...more } })

type Part = readonly [name: string, value: string | Buffer]

/** A form; what is no text is a file. */
function form(...parts: readonly Part[]) {
  const pieces = parts.flatMap(([name, value]) => [
    Buffer.from(`--XX\r\nContent-Disposition: form-data; name="${name}"`),
    Buffer.from(typeof value === 'string' ? '\r\n\r\n' : '; filename="a.wav"\r\nContent-Type: audio/wav\r\n\r\n'),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ])
  const body = Buffer.concat([...pieces, Buffer.from('--XX--\r\n')])
  return { body, headers: { 'content-type': 'multipart/form-data; boundary=XX' } }
}

const listen = (...more: readonly Part[]) => form(['file', silence(0.5)], ['model', voice], ...more)
const idOf = (headers: Record<string, unknown>) => headers['x-generation-id']
const error = { error: { message: 'The model is on fire.', type: 'server_error' } }
const json =
  (body: Record<string, unknown>): Behaviour =>
  (exchange) =>
    sendJson(exchange, 200, body)

const COMMON: readonly (readonly [string, Behaviour, string])[] = [
  ['a status', faults.status(500), 'provider_error'],
  ['a limit', faults.rateLimited(1), 'provider_rate_limited'],
  ['a reset', faults.reset, 'provider_network'],
  ['silence', faults.hangBeforeHead, 'provider_timeout'],
  ['silence after the head', (exchange) => exchange.response.writeHead(200).flushHeaders(), 'provider_timeout'],
  ['a cut after the head', cutBytes('audio/mpeg', []), 'provider_truncated'],
  ['an empty body', bytes('audio/mpeg', []), 'provider_empty'],
  ['an error under 200', json(error), 'provider_error'],
  ['a page', bytes('text/html', ['<!doctype html><p>Bad gateway']), 'provider_malformed'],
]

describe('speech', () => {
  it.each([
    ...COMMON,
    ['an error that says to be audio', bytes('audio/mpeg', [JSON.stringify(error)]), 'provider_error'],
    ['JSON that is no error', json({ audio: 'AAAA' }), 'provider_malformed'],
  ] as const)('goes elsewhere after %s', async (_, behaviour, kind) => {
    upstream.script(bad, behaviour)
    upstream.script('good', bytes('audio/wav', [SOUND]))
    const incoming = await open(`${router.url}/v1/audio/speech`, speak())
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    expect(Buffer.concat(chunks).equals(SOUND)).toBe(true)
    expect(incoming.headers).toMatchObject({ 'content-type': 'audio/wav', 'x-router-attempts': '2' })
    const [first, second] = await attemptsOf(router.url, idOf(incoming.headers))
    expect(first!.kind).toContain(kind)
    expect(second).toEqual({ endpoint: 'main/good', kind: 'ok' })
  })

  it('that breaks off is hung up on', async () => {
    upstream.script(bad, cutBytes('audio/mpeg', [SOUND]))
    const incoming = await open(`${router.url}/v1/audio/speech`, speak())
    await expect(incoming.toArray()).rejects.toThrow()
    await expect
      .poll(async () => (await attemptsOf(router.url, idOf(incoming.headers)))[0]?.kind)
      .toBe('provider_truncated')
  })

  it('is no longer asked for once its client has left', async () => {
    upstream.script(bad, cutBytes('audio/mpeg', [SOUND]), faults.hangBeforeHead)
    upstream.script(bad, async (exchange) => {
      exchange.response.writeHead(200, { 'content-type': 'audio/mpeg' }).write(SOUND)
    })
    const incoming = await open(`${router.url}/v1/audio/speech`, speak())
    await once(incoming, 'data')
    incoming.destroy()
    expect(await upstream.requests[0]!.ended).toBe('aborted')
  })

  it('may begin with anything', async () => {
    const odd = Buffer.concat([Buffer.from('{'), SOUND])
    upstream.script(bad, bytes('application/octet-stream', [odd]))
    const incoming = await open(`${router.url}/v1/audio/speech`, speak({ response_format: 'pcm' }))
    expect(Buffer.concat(await incoming.toArray()).equals(odd)).toBe(true)
  })

  it('needs a text', async () => {
    const answer = await send(`${router.url}/v1/audio/speech`, { body: { model: voice, voice: 'alloy' } })
    expect(answer).toMatchObject({ status: 400, json: { error: { param: 'input' } } })
  })
})

describe('a transcript', () => {
  it.each([
    ...COMMON,
    ['JSON without a text', json({ language: 'en' }), 'provider_malformed'],
    ['bytes', bytes('audio/mpeg', [SOUND]), 'provider_malformed'],
  ] as const)('goes elsewhere after %s, with the whole file', async (_, behaviour, kind) => {
    upstream.script(bad, behaviour)
    upstream.script('good', json({ text: 'Hello.' }))
    const answer = await send(`${router.url}/v1/audio/transcriptions`, listen(['language', 'en']))
    expect(answer).toMatchObject({ status: 200, json: { text: 'Hello.' }, headers: { 'x-router-attempts': '2' } })
    const [first] = await attemptsOf(router.url, idOf(answer.headers))
    expect(first!.kind).toContain(kind)
    const { body, headers } = listen(['language', 'en'])
    const sent = upstream.requestsFor('good')[0]!
    expect(sent.body.toString('latin1')).toBe(body.toString('latin1').replace(`\r\n${voice}\r\n`, '\r\ngood\r\n'))
    expect(sent.headers['content-type']).toBe(headers['content-type'])
  })

  it('as text is not what an error is, and may be silence', async () => {
    upstream.script(bad, bytes('text/plain', [JSON.stringify(error)]))
    upstream.script('good', bytes('text/plain; charset=utf-8', ['\n']))
    const answer = await send(`${router.url}/v1/audio/transcriptions`, listen(['response_format', 'text']))
    expect(answer).toMatchObject({ status: 200, text: '\n', headers: { 'x-router-attempts': '2' } })
  })

  it.each([
    ['in JSON', {}, json({ text: '' })],
    [
      'as events',
      { stream: 'true' },
      bytes('text/event-stream', ['data: {"type":"transcript.text.done","text":""}\n\n']),
    ],
  ] as const)('of silence is an answer %s', async (_, fields, behaviour) => {
    upstream.script(bad, behaviour)
    const answer = await send(`${router.url}/v1/audio/transcriptions`, listen(...Object.entries(fields)))
    expect(answer).toMatchObject({ status: 200, headers: { 'x-router-attempts': '1' } })
  })

  it('that breaks off in events says so', async () => {
    upstream.script(
      bad,
      cutBytes('text/event-stream', [Buffer.from('data: {"type":"transcript.text.delta","delta":"a"}\n\n')]),
    )
    const answer = await send(`${router.url}/v1/audio/transcriptions`, listen(['stream', 'true']))
    expect(answer.events.at(-1)?.json).toMatchObject({ error: { message: expect.stringContaining('broke off') } })
  })

  it('takes fields that speak to the router, and sends them on to nobody', async () => {
    upstream.script('good', json({ text: 'Hello.' }))
    const fields: Part[] = [
      ['provider[order][]', 'main'],
      ['provider[allow_fallbacks]', 'true'],
      ['models[]', 'main/good'],
      ['session_id', 's'],
      ['stream', 'False'],
    ]
    upstream.script(bad, faults.status(500))
    const answer = await send(
      `${router.url}/api/v1/audio/transcriptions`,
      form(...fields, ['model', `main/${bad}`], ['file', silence(0.1)]),
    )
    expect(answer).toMatchObject({ status: 200, json: { text: 'Hello.' } })
    expect(Object.keys(upstream.requestsFor('good')[0]!.json)).toEqual(['stream', 'model', 'file'])
  })

  it('is made of OpenRouter’s JSON', async () => {
    upstream.script(bad, json({ text: 'Hello.' }))
    const input_audio = { data: silence(0.1).toString('base64'), format: 'wav' }
    const body = { model: voice, input_audio, language: 'en', provider: { order: ['main'] } }
    const answer = await send(`${router.url}/api/v1/audio/transcriptions`, { body })
    expect(answer).toMatchObject({ status: 200, json: { text: 'Hello.' } })
    const sent = upstream.requests[0]!
    expect(sent.json).toMatchObject({ model: bad, language: 'en' })
    expect(Buffer.from(sent.json.file as string, 'latin1').equals(silence(0.1))).toBe(true)
  })
})

describe('a form', () => {
  const transcribe = (options: { body: Buffer | string; headers: Record<string, string> }, prefix = '/v1') =>
    send(`${router.url}${prefix}/audio/transcriptions`, options)
  const { headers } = form()

  it.each([
    ['no file', form(['model', 'voice-0']), '"file" is missing'],
    ['an empty file', form(['model', 'voice-0'], ['file', Buffer.alloc(0)]), '"file" is empty'],
    ['no model', form(['file', SOUND]), 'model'],
    ['no end', { body: listen().body.subarray(0, 4000), headers }, 'no end'],
    ['no boundary', { ...listen(), headers: { 'content-type': 'multipart/form-data' } }, 'boundary'],
    ['a strange stream', listen(['stream', 'maybe']), '"stream" must be true or false'],
    ['JSON in its place', { body: '{"model":"voice"}', headers: { 'content-type': 'application/json' } }, 'multipart'],
  ])('with %s is refused in the client’s dialect, and nobody is asked', async (_, options, reason) => {
    const openai = await transcribe(options)
    expect(openai).toMatchObject({ status: 400, json: { error: { type: 'invalid_request_error' } } })
    expect((openai.json!.error as { message: string }).message).toContain(reason)
    const openrouter = await transcribe(options, '/api/v1')
    expect(openrouter).toMatchObject({ status: 400, json: { error: { code: 400 } } })
    expect(upstream.requests).toHaveLength(0)
  })

  it('that is too large is refused, announced or not', async () => {
    const large = form(['model', voice], ['file', Buffer.alloc(LIMIT)])
    expect(await transcribe(large)).toMatchObject({ status: 413, json: { error: { code: 'payload_too_large' } } })
    const outgoing = httpRequest(`${router.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { ...large.headers, 'transfer-encoding': 'chunked' },
    })
    outgoing.on('error', () => {})
    outgoing.end(large.body)
    const [incoming] = await once(outgoing, 'response')
    expect(incoming.statusCode).toBe(413)
    outgoing.destroy()
  })

  it('may come slowly, and in chunks', async () => {
    upstream.script(bad, json({ text: 'Hello.' }))
    const { body } = listen()
    const outgoing = httpRequest(`${router.url}/v1/audio/transcriptions`, { method: 'POST', headers })
    for (let at = 0; at < body.length; at += 1000) {
      outgoing.write(body.subarray(at, at + 1000))
      await new Promise(setImmediate)
    }
    outgoing.end()
    const [incoming] = await once(outgoing, 'response')
    expect(incoming.statusCode).toBe(200)
    await incoming.toArray()
    expect(upstream.requests[0]!.body.length).toBe(body.length - voice.length + bad.length)
  })

  it.each(RUDE.map((one, index) => [...one, index] as const))(
    'goes to another endpoint whole when the first one %s',
    async (_, behave, index) => {
      rudeness = behave
      upstream.script('good', json({ text: 'Hello.' }))
      const answer = await transcribe(form(['model', `rude-${index}`], ['file', LARGE]))
      expect(answer).toMatchObject({ status: 200, json: { text: 'Hello.' }, headers: { 'x-router-attempts': '2' } })
      expect((upstream.requests[0]!.json.file as string).length).toBe(LARGE.length)
    },
  )

  it('of a client that leaves in the midst of it is nobody’s', async () => {
    const { body } = listen()
    const outgoing = httpRequest(`${router.url}/v1/audio/transcriptions`, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.length },
    })
    outgoing.on('error', () => {})
    await new Promise((resolve) => outgoing.write(body.subarray(0, 4000), resolve))
    outgoing.destroy()
    upstream.script(bad, json({ text: 'Hello.' }))
    expect((await transcribe(listen())).status).toBe(200)
    expect(upstream.requests).toHaveLength(1)
  })

  it('with images is edited, and needs one', async () => {
    const made = { created: 1, data: [{ b64_json: 'AAAA' }] }
    upstream.script(bad, json(error))
    upstream.script('good', json(made))
    const options = form(
      ['prompt', 'A hat.'],
      ['model', voice],
      ['image[]', SOUND],
      ['image[]', SOUND],
      ['mask', SOUND],
    )
    const answer = await send(`${router.url}/v1/images/edits`, options)
    expect(answer).toMatchObject({ status: 200, json: made })
    const without = await send(`${router.url}/v1/images/edits`, form(['prompt', 'A hat.'], ['model', voice]))
    expect(without).toMatchObject({ status: 400, json: { error: { param: 'image' } } })
  })
})

import { connect } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { REFUSED_URL, startResetting, startUnaccepting, UNRESOLVABLE_URL } from '../../helpers/dead-ends.ts'
import { open, send } from '../../helpers/http.ts'
import { type Behaviour, faults, startUpstream, type Upstream } from '../../helpers/upstream.ts'

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream()
})
beforeEach(() => upstream.clear())
afterAll(() => upstream.close())

const ask = (stream: boolean, path = '/chat/completions') =>
  send(`${upstream.url}${path}`, { body: { model: 'm', stream, messages: [{ role: 'user', content: 'Hi' }] } })

/** Text of the deltas that arrived whole. */
const said = (events: { json: unknown }[]): string =>
  events
    .map(({ json }) => (json as { choices?: { delta?: { content?: string } }[] })?.choices?.[0]?.delta?.content ?? '')
    .join('')

describe('scripted faults', () => {
  it.each([
    ['status', faults.status(503), 503, /overloaded/],
    ['billing as 400', faults.billingAs400, 400, /billing/i],
    ['an HTML page', faults.htmlError(502), 502, /<html>/],
    ['an error under 200', faults.errorUnder200(429), 200, /"code":429/],
    ['a rate limit', faults.rateLimited(7), 429, /Rate limit/],
  ])('%s looks the same, streaming or not', async (_, behaviour: Behaviour, status, text) => {
    upstream.script('m', behaviour)
    for (const stream of [true, false])
      expect(await ask(stream)).toMatchObject({ status, text: expect.stringMatching(text) })
  })

  it('speaks the dialect of the wire', async () => {
    upstream.script('m', faults.rateLimited(7))
    const answer = await ask(false, '/messages')
    expect(answer.headers['retry-after']).toBe('7')
    expect(answer.json).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } })
  })

  it.each([
    ['reset', faults.reset],
    ['cut before the first token', faults.cutAfter(0)],
    ['cut after two tokens', faults.cutAfter(2)],
    ['cut by reset', faults.cutAfter(2, 'reset')],
  ])('%s breaks the connection, streaming or not', async (_, behaviour) => {
    upstream.script('m', behaviour)
    for (const stream of [true, false]) await expect(ask(stream)).rejects.toThrow(/hang up|ECONNRESET|aborted/)
    for (const request of upstream.requests) expect(await request.ended).toBe('cut')
  })

  it.each([0, 1, 3])('ends early after %i tokens', async (tokens) => {
    upstream.script('m', faults.endAfter(tokens))
    const { events } = await ask(true)
    expect(events.filter(({ json }) => said([{ json }]) !== '')).toHaveLength(tokens)
    expect(events.at(-1)?.data).not.toBe('[DONE]')
  })

  it.each([0, 2])('sends an error event after %i tokens', async (tokens) => {
    upstream.script('m', faults.errorEventAfter(tokens))
    const { events } = await ask(true)
    expect(events).toHaveLength(tokens + 2)
    expect(events.at(-1)?.json).toMatchObject({ error: { message: 'Overloaded' } })
    expect((await ask(true, '/messages')).events.at(-1)).toMatchObject({ event: 'error', json: { type: 'error' } })
  })

  it('answers nothing, nonsense, and calls a tool with nonsense', async () => {
    upstream.script('m', faults.empty, faults.malformedAfter(0), faults.brokenToolCall)
    expect(await ask(false)).toMatchObject({
      status: 200,
      json: { choices: [{ message: { content: null }, finish_reason: 'stop' }] },
    })
    expect((await ask(false)).json).toBeUndefined()
    const call = await ask(false)
    expect(call.json).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { arguments: '{"city": Par' } }] } }],
    })
  })

  it('sends a huge line, and white space before a good answer', async () => {
    upstream.script('m', faults.hugeLine(1_000_000), faults.whitespaceFirst(20))
    expect((await ask(true)).text.length).toBeGreaterThan(1_000_000)
    const answer = await ask(false)
    expect(answer.text).toMatch(/^(\n ){20}\{/)
    expect(answer.json).toMatchObject({ object: 'chat.completion' })
  })

  it.each([
    ['hang before the head', faults.hangBeforeHead],
    ['hang after the head', faults.hangAfterHead],
    ['hang after a token', faults.hangAfter(1)],
    ['trickle', faults.trickle()],
  ])('%s lasts until the caller goes away', async (_, behaviour) => {
    upstream.script('m', behaviour)
    for (const stream of [true, false]) {
      const body = JSON.stringify({ model: 'm', stream })
      const socket = connect(upstream.port, '127.0.0.1')
      socket.write(`POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
      const request = await upstream.waitFor(stream ? 1 : 2)
      socket.destroy()
      expect(await request.ended).toBe('aborted')
    }
  })

  it('plays a script in order and stays with its last part', async () => {
    upstream.script('m', faults.status(500), faults.status(529))
    const statuses = [await ask(false), await ask(false), await ask(false)].map(({ status }) => status)
    expect(statuses).toEqual([500, 529, 529])
    expect(upstream.requestsFor('m')).toHaveLength(3)
  })
})

describe('dead ends', () => {
  it('refuse, reset, and do not resolve', async () => {
    await expect(open(REFUSED_URL)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    await expect(open(UNRESOLVABLE_URL)).rejects.toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) })
    const resetting = await startResetting()
    await expect(open(resetting.url)).rejects.toMatchObject({ code: 'ECONNRESET' })
    await resetting.close()
  })

  it.runIf(process.platform === 'linux')('never finish a handshake', async () => {
    const unaccepting = await startUnaccepting()
    const socket = connect(Number(new URL(unaccepting.url).port), '127.0.0.1')
    let connected = false
    socket.on('connect', () => {
      connected = true
    })
    // A connection to a live server, made later, is up long before one that waits.
    const live = connect(upstream.port, '127.0.0.1')
    await new Promise((resolve) => live.once('connect', resolve))
    expect(connected).toBe(false)
    for (const open of [socket, live]) open.destroy()
    await unaccepting.close()
  })
})

/** Responses clients in front of endpoints that speak it, and of such that do not. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

let chat: Upstream
let native: Upstream
let router: Router
beforeAll(async () => {
  chat = await startUpstream({ text: 'from a chat' })
  native = await startUpstream({ text: 'from a response' })
  router = await startRouter({
    config: {
      providers: {
        chat: { plugin: 'openai-compatible', base_url: chat.url },
        native: { plugin: 'openai', base_url: native.url, api_key: 'sk-upstream-secret' },
      },
      models: {
        both: { endpoints: ['chat/m', 'native/m'], strategy: 'priority' },
        translated: { endpoints: ['chat/m'] },
        'responses-only': { endpoints: ['native/gpt-5-codex'] },
      },
      routing: { retries: { attempts: 1 } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([chat?.close(), native?.close()])
})

async function post(path: string, body: Json) {
  const response = await fetch(router.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const ask = (body: Json) => post('/v1/responses', { model: 'both', input: 'Hi', store: false, ...body })
const eventsIn = (text: string): Json[] =>
  text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6)) as Json] : []))

describe('a translated stream', () => {
  it('has all events in order, numbered, about one response', async () => {
    const events = eventsIn((await ask({ model: 'translated', stream: true })).text)
    const types = events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1])
    expect(types).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ])
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, at) => at))
    const responses = events.flatMap(({ response }) => (response ? [response as Json] : []))
    expect(new Set(responses.map(({ id }) => id)).size).toBe(1)
    expect(responses.at(-1)).toMatchObject({ status: 'completed', usage: { input_tokens_details: {} } })
  })

  it('that breaks off ends in response.failed, with what there was', async () => {
    chat.script('m', faults.cutAfter(3))
    const { status, text } = await ask({ model: 'translated', stream: true })
    chat.clear()
    expect(status).toBe(200)
    const events = eventsIn(text)
    const last = events.at(-1)!
    expect(last).toMatchObject({ type: 'response.failed', sequence_number: events.length - 1 })
    expect(last.response).toMatchObject({
      id: (events[0]!.response as Json).id,
      status: 'failed',
      error: { code: 'server_error' },
      output: [{ type: 'message', status: 'incomplete' }],
    })
  })
})

describe('tools that a provider runs', () => {
  const search = { type: 'web_search' }
  const own = { type: 'function', name: 'f', parameters: { type: 'object', properties: {} } }

  it.each([
    ['when there are no others', { tools: [search] }],
    ['when one is chosen', { tools: [own, search], tool_choice: search }],
  ])('go to an endpoint that runs them, %s', async (_when, body) => {
    const { status, headers } = await ask(body)
    expect(status).toBe(200)
    expect(headers.get('x-router-endpoint')).toBe('native/m')
    expect(native.requests.at(-1)!.json.tools).toEqual(body.tools)
  })

  it('are left out beside others, and that is said', async () => {
    const { headers } = await ask({ tools: [own, search] })
    expect(headers.get('x-router-endpoint')).toBe('chat/m')
    expect(headers.get('x-router-warning')).toMatch(/the tool web_search/)
    expect(chat.requests.at(-1)!.json.tools).toHaveLength(1)
  })

  it('are named where who runs them is down', async () => {
    const before = chat.requests.length
    native.script('m', faults.status(500))
    const { status, text } = await ask({ tools: [search] })
    native.clear()
    expect(status).toBe(502)
    expect(text).toMatch(/chat\/m was not asked: .*web_search/)
    expect(chat.requests).toHaveLength(before)
  })

  it('cannot be chosen where nobody runs them', async () => {
    const before = chat.requests.length
    const { status, text } = await ask({ model: 'translated', tools: [own, search], tool_choice: search })
    expect(status).toBe(400)
    expect(text).toMatch(/web_search/)
    expect(chat.requests).toHaveLength(before)
  })
})

it.each([true, false])('a model that speaks Responses only answers chats and messages, stream: %s', async (stream) => {
  const messages = [{ role: 'user', content: 'Hi' }]
  for (const path of ['/v1/chat/completions', '/v1/messages']) {
    const { status, text } = await post(path, { model: 'responses-only', max_tokens: 50, messages, stream })
    expect(status).toBe(200)
    const said = stream ? eventsIn(text).map(deltaOf).join('') : text
    expect(said).toContain('from a response')
    expect(native.requests.at(-1)).toMatchObject({ path: '/v1/responses', json: { store: false } })
  }
})

function deltaOf({ choices, delta }: Json): string {
  const { content } = ((choices as Json[] | undefined)?.[0]?.delta ?? {}) as { content?: string }
  return content ?? (delta as { text?: string } | undefined)?.text ?? ''
}

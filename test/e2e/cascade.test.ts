/** A selector checks the cheap model's answers and asks a better one where a check fails, over real sockets. */
import { readdir, readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { type Answered, open, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { type Behaviour, faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
let config: Json
const tester = { port: 0, given: [] as Json[], status: 200, server: createServer(take) }

function take(incoming: IncomingMessage, response: ServerResponse): void {
  let text = ''
  incoming.on('data', (bytes: Buffer) => {
    text += bytes.toString()
  })
  incoming.on('end', () => {
    tester.given.push(JSON.parse(text) as Json)
    response.writeHead(tester.status).end()
  })
}

/** Passes GOOD where the request asks who, fails BAD, hangs at SLOW, prints without end at LOUD, else cannot say. */
const COMMAND = `
  const { answer, request } = JSON.parse(require('fs').readFileSync(0, 'utf8'))
  if (process.env.SECRET) process.exit(1)
  if (answer === 'SLOW') setInterval(() => {}, 1000)
  else if (answer === 'LOUD') setInterval(() => process.stdout.write('x'.repeat(100000)), 1)
  else process.exit(answer === 'GOOD' && request.messages[0].content === 'who?' ? 0 : answer === 'BAD' ? 1 : 3)
`

/** Checks that are believed, so that what fails is asked of another model, whatever was learned before. */
const selector = (...checks: Json[]) => {
  const verify = checks.map((check) => ({ ...check, reliability: 0.999 }))
  return { select: { from: ['cheap', 'strong'], min_quality: 1, verify: verify.length > 1 ? verify : verify[0] } }
}

beforeAll(async () => {
  upstream = await startUpstream()
  await new Promise<void>((resolve) => tester.server.listen(0, '127.0.0.1', resolve))
  tester.port = (tester.server.address() as AddressInfo).port
  const provider = (price: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt: price, completion: price },
  })
  const command = { check: 'tests', command: [process.execPath, '-e', COMMAND], request: true }
  config = {
    routing: { keep_alive: '2s' },
    providers: { low: provider(1), high: provider(20) },
    models: {
      cheap: { endpoints: ['low/cheap'] },
      strong: { endpoints: ['high/strong'] },
      lax: { endpoints: ['low/lax'] },
      referee: { endpoints: ['high/referee'] },
      'by-schema': selector({ check: 'schema' }),
      twin: { endpoints: ['low/twin', 'high/twin'], strategy: 'weighted' },
      'by-schema-twin': { select: { from: ['twin', 'strong'], verify: 'schema' } },
      'by-agreement': selector({ check: 'agreement', threshold: 0.6 }),
      'by-judge': selector({ check: 'judge', model: 'referee', budget: 10 }),
      'by-poor-judge': selector({ check: 'judge', model: 'referee', budget: 0.000001 }),
      'by-command': selector({ ...command, timeout: '1m' }),
      'by-hasty-command': selector({ ...command, timeout: '1s' }),
      'by-url': selector({ check: 'tests', url: `http://127.0.0.1:${tester.port}/check` }),
      'by-lenient-url': {
        select: { from: ['lax', 'strong'], verify: { check: 'tests', url: `http://127.0.0.1:${tester.port}/check` } },
      },
      'by-logprob': selector({ check: 'logprob', threshold: -0.3 }),
      'by-both': selector({ check: 'schema' }, { check: 'judge', model: 'referee', budget: 10 }),
    },
  }
  router = await startRouter({ env: { SECRET: 'of the router' }, config })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  tester.server.close()
})
afterEach(() => upstream.clear())

const PERSON = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
}
const FORMAT = { response_format: { type: 'json_schema', json_schema: { name: 'person', schema: PERSON } } }
const TOOL = { type: 'function', function: { name: 'save', parameters: PERSON } }
const RIGHT = '{"name":"Ada","age":36}'
const WRONG = '{"name":"Ada"}'

const ask = (model: string, more: Json = {}, path = '/v1/chat/completions'): Promise<Answered> =>
  send(`${router.url}${path}`, { body: { model, messages: [{ role: 'user', content: 'who?' }], ...more } })

const endpointOf = ({ headers }: Answered) => headers['x-router-endpoint']
const textOf = (answer: Answered): string =>
  String(answer.headers['content-type']).startsWith('text/event-stream')
    ? answer.events.map(({ json }) => deltaOf(json)).join('')
    : String((answer.json as { choices: [{ message: { content: string } }] }).choices[0].message.content)
const deltaOf = (json: Json | undefined) =>
  (json as { choices?: [{ delta?: { content?: string } }] })?.choices?.[0]?.delta?.content ?? ''
const selectionOf = async (answer: Answered) =>
  (await generation(router.url, answer.headers['x-generation-id'])) as {
    model: string
    total_cost: number
    attempts: { endpoint: string; outcome: string; cost_usd: number }[]
    selection: { checks?: Json[]; models: { model: string; propensity: number }[] }
  }

async function outcomes(): Promise<unknown[]> {
  const folder = join(router.stateDirectory, 'outcomes')
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  const lines = files.flatMap((text) => text.split('\n').filter(Boolean))
  return lines.map((line) => (JSON.parse(line) as Json).kind)
}

describe.each([[false], [true]])('schema (stream: %s)', (stream) => {
  it('lets a right answer out', async () => {
    upstream.script('cheap', reply({ text: RIGHT }))
    const answer = await ask('by-schema', { ...FORMAT, stream })
    expect(answer.status).toBe(200)
    expect(endpointOf(answer)).toBe('low/cheap')
    expect(textOf(answer)).toBe(RIGHT)
    const { selection } = await selectionOf(answer)
    expect(selection.checks).toMatchObject([{ model: 'cheap', check: 'schema', passed: true }])
    expect(selection.models.map(({ propensity }) => propensity)).toEqual([1, 0])
    expect(upstream.requestsFor('strong')).toEqual([])
  })

  it('asks the better model where the answer does not fit, and counts both', async () => {
    upstream.script('cheap', reply({ text: WRONG }))
    upstream.script('strong', reply({ text: RIGHT }))
    const answer = await ask('by-schema', { ...FORMAT, stream })
    expect(endpointOf(answer)).toBe('high/strong')
    expect(textOf(answer)).toBe(RIGHT)
    expect(answer.text).not.toContain(WRONG)
    const { attempts, model, selection, total_cost } = await selectionOf(answer)
    expect(model).toBe('strong')
    expect(attempts.map(({ endpoint, outcome }) => [endpoint, outcome])).toEqual([
      ['low/cheap', 'ok'],
      ['high/strong', 'ok'],
    ])
    expect(total_cost).toBeCloseTo(attempts[0]!.cost_usd + attempts[1]!.cost_usd, 12)
    expect(selection.checks).toMatchObject([
      { model: 'cheap', check: 'schema', passed: false, next: 'strong', escalated: true },
    ])
    expect(String(selection.checks![0]!.detail)).toContain("required property 'age'")
  })

  it('gives the checked answer where the better model fails', async () => {
    upstream.script('cheap', reply({ text: WRONG }))
    upstream.script('strong', faults.status(500))
    const answer = await ask('by-schema', { ...FORMAT, stream })
    expect(answer.status).toBe(200)
    expect(textOf(answer)).toBe(WRONG)
    expect(endpointOf(answer)).toBe('low/cheap')
    const { model, attempts } = await selectionOf(answer)
    expect(model).toBe('cheap')
    expect(attempts.map(({ outcome }) => outcome === 'ok')).toEqual([true, false])
  })

  it('says so where both models fail', async () => {
    upstream.script('cheap', faults.status(500))
    upstream.script('strong', faults.status(500))
    const answer = await ask('by-schema', { ...FORMAT, stream })
    expect(answer.status).toBe(502)
  })

  it('checks the arguments of tools', async () => {
    upstream.script('cheap', reply({ toolCalls: [{ name: 'save', arguments: WRONG }] }))
    upstream.script('strong', reply({ toolCalls: [{ name: 'save', arguments: RIGHT }] }))
    const answer = await ask('by-schema', { tools: [TOOL], stream })
    expect(endpointOf(answer)).toBe('high/strong')
    upstream.script('cheap', reply({ toolCalls: [{ name: 'save', arguments: RIGHT }] }))
    expect(endpointOf(await ask('by-schema', { tools: [TOOL], stream }))).toBe('low/cheap')
  })
})

it('leaves requests alone that no check can say anything of', async () => {
  const { selection } = await selectionOf(await ask('by-schema'))
  expect(selection.checks).toBeUndefined()
  expect(selection.models.every(({ propensity }) => propensity > 0)).toBe(true)
})

describe.each([[false], [true]])('agreement (stream: %s)', (stream) => {
  it('lets an answer out that is given twice', async () => {
    upstream.script('cheap', reply({ text: 'Paris.' }), reply({ text: 'paris' }))
    const answer = await ask('by-agreement', { stream })
    expect(endpointOf(answer)).toBe('low/cheap')
    // Both are asked for at once.
    expect(textOf(answer)).toMatch(/^paris/i)
    const { selection } = await selectionOf(answer)
    expect(selection.checks).toMatchObject([{ check: 'agreement', passed: true, cost_usd: expect.any(Number) }])
    expect(upstream.requestsFor('cheap')).toHaveLength(2)
  })

  it('asks the better model where the answers differ', async () => {
    upstream.script('cheap', reply({ text: 'Paris' }), reply({ text: 'London' }))
    upstream.script('strong', reply({ text: 'Rome' }))
    const answer = await ask('by-agreement', { stream })
    expect(endpointOf(answer)).toBe('high/strong')
    expect(textOf(answer)).toBe('Rome')
    const { selection } = await selectionOf(answer)
    expect(selection.checks).toMatchObject([{ check: 'agreement', passed: false, escalated: true }])
  })
})

describe.each([[false], [true]])('judge (stream: %s)', (stream) => {
  it.each([
    ['yes', 'low/cheap', true],
    ['No.', 'high/strong', false],
    ['perhaps', 'low/cheap', undefined],
  ])('goes by what the judge says: %s', async (verdict, endpoint, passed) => {
    upstream.script('cheap', reply({ text: 'PARIS' }))
    upstream.script('referee', reply({ text: verdict }))
    const answer = await ask('by-judge', { stream })
    expect(endpointOf(answer)).toBe(endpoint)
    const { selection } = await selectionOf(answer)
    expect(selection.checks![0]).toMatchObject({ check: 'judge', cost_usd: expect.any(Number) })
    expect(selection.checks![0]!.passed).toBe(passed)
    const [asked] = upstream.requestsFor('referee')
    expect(JSON.stringify(asked!.json)).toMatch(/who\?.*PARIS/)
  })
})

it('lets answers out where the judge fails, or its budget is spent', async () => {
  upstream.script('referee', faults.status(500))
  expect(endpointOf(await ask('by-judge'))).toBe('low/cheap')
  upstream.clear()
  const answer = await ask('by-poor-judge')
  expect(endpointOf(answer)).toBe('low/cheap')
  expect(upstream.requestsFor('referee')).toEqual([])
  const { selection } = await selectionOf(answer)
  expect(selection.checks).toMatchObject([{ check: 'judge', detail: "the judge's budget of the day is spent" }])
})

it.each([
  ['GOOD', 'low/cheap', { passed: true }],
  ['BAD', 'high/strong', { passed: false, escalated: true }],
  ['ODD', 'low/cheap', { detail: 'the command ended with 3' }],
  ['SLOW', 'low/cheap', { detail: 'the command took too long' }],
  ['LOUD', 'low/cheap', { detail: 'the command printed too much' }],
])('goes by the exit code of a command: %s', async (text, endpoint, found) => {
  upstream.script('cheap', reply({ text }))
  const answer = await ask(text === 'SLOW' ? 'by-hasty-command' : 'by-command')
  expect(endpointOf(answer)).toBe(endpoint)
  expect((await selectionOf(answer)).selection.checks).toMatchObject([{ check: 'tests', ...found }])
})

it.each([
  [204, 'low/cheap'],
  [422, 'high/strong'],
  [500, 'low/cheap'],
])('goes by the status of an address: %i', async (status, endpoint) => {
  tester.status = status
  upstream.script('cheap', reply({ text: 'PARIS' }))
  const answer = await ask('by-url', { stream: true })
  expect(endpointOf(answer)).toBe(endpoint)
  expect(tester.given.at(-1)).toEqual({ answer: 'PARIS', model: 'cheap' })
})

/** Answers "Paris" with a mean log probability, where it is asked for. */
const sure =
  (logprob: number): Behaviour =>
  ({ request: { json, stream }, response }) => {
    const tokens = ['Par', 'is'].map((token, at) => ({ token, logprob: logprob + at - 0.5, top_logprobs: [] }))
    const logprobs = json.logprobs === true ? { content: tokens, refusal: null } : null
    const base = { id: 'chatcmpl-1', created: 1, model: 'cheap' }
    const usage = { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 }
    if (!stream) {
      const message = { role: 'assistant', content: 'Paris' }
      const choices = [{ index: 0, message, logprobs, finish_reason: 'stop' }]
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ ...base, object: 'chat.completion', choices, usage }))
      return
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const token of tokens) {
      const own = logprobs && { content: [token], refusal: null }
      const choices = [{ index: 0, delta: { content: token.token }, logprobs: own, finish_reason: null }]
      response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices })}\n\n`)
    }
    const choices = [{ index: 0, delta: {}, finish_reason: 'stop' }]
    response.write(`data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices, usage })}\n\n`)
    response.end('data: [DONE]\n\n')
  }

describe.each([[false], [true]])('log probabilities (stream: %s)', (stream) => {
  it.each([
    [-0.1, 'low/cheap', true],
    [-0.9, 'high/strong', false],
  ])('are asked for, and not shown: %d', async (logprob, endpoint, passed) => {
    upstream.script('cheap', sure(logprob))
    const answer = await ask('by-logprob', { stream })
    expect(endpointOf(answer)).toBe(endpoint)
    expect(answer.text).not.toContain('"logprob"')
    if (passed) expect(textOf(answer)).toBe('Paris')
    const { selection } = await selectionOf(answer)
    expect(selection.checks).toMatchObject([{ check: 'logprob', passed }])
    expect(upstream.requestsFor('strong').every(({ json }) => json.logprobs === undefined)).toBe(true)
  })

  it('are shown to who asked for them', async () => {
    upstream.script('cheap', sure(-0.1))
    const answer = await ask('by-logprob', { stream, logprobs: true })
    expect(answer.text).toContain('"logprob"')
  })
})

it('asks the better model where log probabilities are refused', async () => {
  upstream.script('cheap', faults.status(400))
  expect(endpointOf(await ask('by-logprob'))).toBe('high/strong')
  upstream.script('strong', faults.status(400))
  expect((await ask('by-logprob')).status).toBe(400)
})

it('asks for log probabilities whatever the client speaks', async () => {
  upstream.script('cheap', sure(-0.9))
  expect(endpointOf(await ask('by-logprob', { max_tokens: 100 }, '/v1/messages'))).toBe('high/strong')
  upstream.script('cheap', sure(-0.1))
  const answer = await ask('by-logprob', { input: 'who?' }, '/v1/responses')
  expect(endpointOf(answer)).toBe('low/cheap')
  expect(answer.text).not.toContain('"logprob"')
  upstream.script('cheap', reply({ text: 'no idea' }))
  const { selection } = await selectionOf(await ask('by-logprob'))
  expect(selection.checks).toMatchObject([{ check: 'logprob', detail: 'the upstream gave no log probabilities' }])
})

it('makes several checks in order, until one fails', async () => {
  upstream.script('cheap', reply({ text: WRONG }))
  upstream.script('strong', reply({ text: RIGHT }))
  upstream.script('referee', reply({ text: 'yes' }))
  const failed = await ask('by-both', FORMAT)
  expect((await selectionOf(failed)).selection.checks).toMatchObject([{ check: 'schema', passed: false }])
  expect(upstream.requestsFor('referee')).toEqual([])
  upstream.script('cheap', reply({ text: RIGHT }))
  const passed = await ask('by-both', FORMAT)
  expect((await selectionOf(passed)).selection.checks).toMatchObject([
    { check: 'schema', passed: true },
    { check: 'judge', passed: true },
  ])
})

it('is told of by explain, metrics and the report', async () => {
  upstream.script('cheap', reply({ text: WRONG }))
  upstream.script('strong', reply({ text: RIGHT }))
  const answer = await ask('by-schema', { ...FORMAT, usage: { include: true } }, '/api/v1/chat/completions')
  const { total_cost } = await selectionOf(answer)
  expect((answer.json as { usage: { cost: number } }).usage.cost).toBeCloseTo(total_cost, 12)
  const { stdout } = await router.cli('explain', String(answer.headers['x-generation-id']))
  expect(stdout).toContain(
    'by-schema asked cheap first (the cheapest, whose answer is checked), and checked its answer.',
  )
  expect(stdout).toMatch(/That of cheap failed schema \(it must have .*\), and strong was asked in its place/)
  expect(stdout).toMatch(/Checks\n/)
  const { text } = await send(`${router.url}/metrics`)
  expect(text).toMatch(/commonroute_answer_checks_total\{check="schema",verdict="failed"\} \d/)
  expect(text).toMatch(/commonroute_escalations_total\{model="cheap",next="strong"\} \d/)
  const report = await router.cli('auto', 'report', 'by-schema')
  expect(report.stdout).toMatch(/\d+ answers were checked before going out: \d+ passed, \d+ failed/)
  expect(report.stdout).toMatch(/(?:less|more) than always asking strong, for \$/)
})

it('shows signs of life while an answer is checked', async () => {
  let go = () => {}
  const alive = new Promise<void>((resolve) => {
    go = resolve
  })
  upstream.script('cheap', reply({ text: 'Paris' }), async (exchange) => {
    await alive
    await reply({ text: 'Paris' })(exchange)
  })
  const body = { model: 'by-agreement', messages: [{ role: 'user', content: 'who?' }], stream: true }
  let text = ''
  for await (const bytes of await open(`${router.url}/v1/chat/completions`, { body })) {
    text += String(bytes)
    if (text.startsWith(': keep-alive')) go()
  }
  expect(text).toMatch(/^: keep-alive\n\n.*Pa?/s)
  expect(text).toMatch(/\[DONE\]\s*$/)
})

it('checks in every worker, and counts for all of them', async () => {
  const workers = await startRouter({ config: { ...config, server: { workers: 2 } } })
  upstream.script('cheap', reply({ text: WRONG }))
  upstream.script('strong', reply({ text: RIGHT }))
  const url = `${workers.url}/v1/chat/completions`
  const body = { model: 'by-schema', messages: [{ role: 'user', content: 'who?' }], ...FORMAT }
  const answers = await Promise.all([1, 2, 3, 4].map(() => send(url, { body })))
  expect(answers.map(endpointOf)).toEqual(Array(4).fill('high/strong'))
  await expect
    .poll(async () => (await send(`${workers.url}/metrics`)).text)
    .toContain('commonroute_escalations_total{model="cheap",next="strong"} 4')
  await workers.stop()
})

it('learns from feedback how often a check is right', async () => {
  tester.status = 200
  upstream.script('lax', ...Array.from({ length: 4 }, () => reply({ text: 'BAD' })))
  const reliabilities: unknown[] = []
  for (let time = 0; time < 4; time++) {
    const answer = await ask('by-lenient-url')
    const { selection } = await selectionOf(answer)
    reliabilities.push(selection.checks![0]!.reliability)
    const body = { generation_id: answer.headers['x-generation-id'], score: 0 }
    expect((await send(`${router.url}/v1/feedback`, { body })).json).toMatchObject({ data: { counted: true } })
    if (time === 3)
      expect(selection.checks).toMatchObject([{ check: 'tests', passed: true, opinions: expect.closeTo(3, 2) }])
    const { stdout } = await router.cli('explain', String(answer.headers['x-generation-id']))
    expect(stdout).toContain(time === 0 ? 'declaration' : `${time}.0 opinions`)
  }
  expect(reliabilities[0]).toBe(0.95)
  expect(reliabilities).toEqual([...reliabilities].sort().reverse())
  expect(reliabilities[3]).toBeLessThan(0.9)
})

it('leaves a log that strategies can be replayed from', async () => {
  for (let time = 0; time < 30; time++) await ask('by-schema-twin', FORMAT)
  const { code, stdout } = await router.cli('replay', '--log', join(router.stateDirectory, 'outcomes'), '--json')
  expect(code).toBe(0)
  expect((JSON.parse(stdout) as { log: { rows: number } }).log.rows).toBeGreaterThanOrEqual(20)
})

it.each([
  ['/v1/messages', { max_tokens: 100 }],
  ['/v1/responses', { input: 'who?' }],
  ['/v1/messages', { max_tokens: 100, stream: true }],
  ['/v1/responses', { input: 'who?', stream: true }],
  ['/v1beta/models/by-agreement:generateContent', { contents: [{ parts: [{ text: 'who?' }] }] }],
  ['/v1beta/models/by-agreement:streamGenerateContent?alt=sse', { contents: [{ parts: [{ text: 'who?' }] }] }],
])('checks answers on %s', async (path, more) => {
  upstream.script('cheap', reply({ text: 'Paris' }), reply({ text: 'London' }))
  upstream.script('strong', reply({ text: 'Rome' }))
  const answer = await ask('by-agreement', more, path)
  expect(answer.status).toBe(200)
  expect(endpointOf(answer)).toBe('high/strong')
  expect(answer.text).toMatch(/Rome|"R".*"o".*"m".*"e"/s)
})

it('cancels everything when the client leaves', async () => {
  upstream.script('cheap', reply({ text: 'Paris' }), () => undefined)
  const client = request(`${router.url}/v1/chat/completions`, { method: 'POST', agent: false })
  client.on('error', () => {})
  client.end(JSON.stringify({ model: 'by-agreement', messages: [{ role: 'user', content: 'who?' }] }))
  const again = await upstream.waitFor(2, 'cheap')
  client.destroy()
  expect(await again.ended).toBe('aborted')
  await expect.poll(() => outcomes()).toContain('caller_cancelled')
})

/**
 * What leaves a router that has joined a hub: nothing of what was planted, in no encoding, and only the fields that
 * docs/privacy.md lists.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { QUALITY_EPSILON, TOTAL_EPSILON } from '../../src/federation/member/report/noise.ts'
import { ALARM, ENROLMENT, REPORT, REQUEST } from '../../src/federation/protocol/schema/report.ts'
import { unseal } from '../../src/federation/protocol/signed.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { encodingsOf, findSecret } from '../helpers/encodings.ts'
import { send } from '../helpers/http.ts'
import { type Router, runRouter, startRouter } from '../helpers/router.ts'
import { type HubHandler, type ScriptedHub, startScriptedHub } from '../helpers/scripted-hub.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

const PLANTED = {
  providerKey: 'sk-planted-provider-key-7f3a',
  clientKey: 'ck-planted-client-key-91bc',
  prompt: 'planted prompt: the merger with Initech closes on Friday',
  answer: 'planted answer: nobody must know',
  tool: 'planted_tool_transfer_money',
  alias: 'planted-alias',
  provider: 'planted-provider-id',
  privateProvider: 'planted-private-site',
  privateModel: 'planted-private-model',
  fineTune: 'ft:gpt-4o-mini:planted-org:hr-bot:Ab12Cd',
  header: 'planted-extra-header',
  region: 'planted-rack-17',
  user: 'planted-user-4711',
  session: 'planted-session-0815',
  tenant: 'planted-tenant-acme',
  requestId: 'planted-request-id-2f',
  comment: 'planted comment: useless for the Initech deal',
} as const
const REQUESTS = 150
const MODEL = 'openai/gpt-oss-120b'
const ROUTES = [
  'GET /v1/hub',
  'POST /v1/members',
  'GET /v1/members/me',
  'DELETE /v1/members/me',
  'POST /v1/reports',
  'POST /v1/alarms',
  'GET /v1/map',
  'GET /v1/incidents',
  'GET /v1/incidents/stream',
]

interface Captured {
  readonly route: string
  /** Request line and headers as they came, and the body as it was before gzip. */
  readonly head: Buffer
  readonly body: Buffer
}

let upstream: Upstream
let hub: ScriptedHub
let router: Router
let directory: string
const captured: Captured[] = []
const answers: string[] = []
/** Found on the way: ids of answers, times of requests. */
const met = new Set<string>()

const bodiesOf = (route: string) =>
  captured.filter((request) => request.route === route).map(({ body }) => unseal(body).payload.toString())

function capture(request: IncomingMessage, body: Buffer): void {
  const route = `${request.method} ${request.url}`
  const head = Buffer.from(`${route}\n${request.rawHeaders.join('\n')}`)
  // What a header hides in base64 is looked at as it is, too.
  const signed = Buffer.from(String(request.headers.authorization ?? '').replace('Signed ', ''), 'base64url')
  captured.push({
    route,
    head: Buffer.concat([head, signed]),
    body: request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
  })
}

async function ask(model: string, i: number): Promise<void> {
  const now = Date.now()
  for (const time of [now, Math.floor(now / 1000)]) met.add(String(time))
  met.add(new Date(now).toISOString().slice(0, 19))
  const answer = await send(`${router.url}/v1/chat/completions`, {
    headers: {
      authorization: `Bearer ${PLANTED.clientKey}`,
      'x-tenant': PLANTED.tenant,
      'x-request-id': PLANTED.requestId,
      'x-session-id': PLANTED.session,
      'user-agent': PLANTED.header,
    },
    body: {
      model,
      stream: i % 2 === 0,
      user: PLANTED.user,
      session_id: PLANTED.session,
      messages: [{ role: 'user', content: PLANTED.prompt }],
      ...(i % 5 === 0 && {
        tools: [{ type: 'function', function: { name: PLANTED.tool, parameters: { type: 'object' } } }],
      }),
    },
  })
  met.add(String(answer.headers['x-generation-id']))
  answers.push(String(answer.headers['x-generation-id']))
  const { id } = answer.json ?? answer.events[0]?.json ?? {}
  if (typeof id === 'string') met.add(id)
}

beforeAll(async () => {
  upstream = await startUpstream({ text: PLANTED.answer })
  upstream.script('openai/gpt-oss-20b', faults.status(500))
  hub = await startScriptedHub({ epochSeconds: 4 })
  // Of this minor: else its members say less.
  hub.publish({ cells: [] })
  const record: HubHandler = (request, response, body) => {
    capture(request, body)
    return hub.serve(request, response, body)
  }
  for (const route of ROUTES) hub.behave(route, record)
  directory = await temporaryDirectory()
  const at = (id: string) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: `${PLANTED.providerKey}-${id}`,
  })
  const config = {
    auth: { keys: [PLANTED.clientKey] },
    providers: {
      [PLANTED.provider]: { ...at('a'), headers: { 'x-planted': PLANTED.header }, price: { prompt: 1, completion: 2 } },
      [PLANTED.privateProvider]: at('b'),
    },
    models: {
      [PLANTED.alias]: { endpoints: [{ provider: PLANTED.provider, model: MODEL, region: PLANTED.region }] },
      failing: {
        endpoints: [`${PLANTED.provider}/openai/gpt-oss-20b`, `${PLANTED.provider}/${MODEL}`],
        strategy: 'priority',
      },
      hidden: { endpoints: [`${PLANTED.privateProvider}/${PLANTED.privateModel}`] },
      tuned: { endpoints: [`${PLANTED.provider}/${PLANTED.fineTune}`] },
    },
    // So that each request meets the endpoint that fails.
    routing: { affinity: { ttl: 'off' } },
    federation: {
      providers: { [PLANTED.provider]: 'groq' },
      models: [`${PLANTED.provider}/${PLANTED.fineTune}`],
      continent: 'EU',
    },
  }
  await writeFile(join(directory, 'config.yaml'), stringify(config))
  const joined = await runRouter(
    ['federation', 'join', hub.url, '--invite', hub.invite, '--yes', '-c', 'config.yaml'],
    directory,
  )
  expect(joined, joined.stderr).toMatchObject({ code: 0 })
  router = await startRouter({ config, directory })
  for (const model of [PLANTED.alias, 'hidden', 'tuned'])
    for (let i = 0; i < REQUESTS; i += 10) await Promise.all(Array.from({ length: 10 }, (_, k) => ask(model, i + k)))
  for (let i = 0; i < 12; i++) await ask('failing', i)
  // Judged in every way there is, by a client that says why.
  for (const id of answers)
    await send(`${router.url}/v1/feedback`, {
      headers: { authorization: `Bearer ${PLANTED.clientKey}` },
      body: { generation_id: id, score: 0.5, comment: PLANTED.comment },
    })
  const has = (field: 'quality' | 'offered') => hub.reports.some(({ report }) => report[field])
  await hub.until(() => has('quality') && has('offered') && hub.alarms.length > 0)
  const left = await runRouter(['federation', 'leave', '-c', 'config.yaml'], directory)
  expect(left, left.stderr).toMatchObject({ code: 0 })
})

afterAll(async () => {
  await router?.stop()
  await hub?.close()
  await upstream?.close()
  if (directory) await removeDirectory(directory)
})

describe('what the hub received', () => {
  it('is something: an enrolment, a report, an alarm, and the wish to be forgotten', () => {
    const routes = captured.map(({ route }) => route)
    for (const route of ['POST /v1/members', 'POST /v1/reports', 'POST /v1/alarms', 'DELETE /v1/members/me'])
      expect(routes).toContain(route)
    // Nothing came by another way.
    expect(beyond(hub.requests, new Set(ROUTES))).toEqual([])
    const cells = hub.reports.flatMap(({ report }) => report.cells)
    expect(cells.map(({ provider, model, region }) => `${provider} ${model} ${region}`)).toContain(`groq ${MODEL} -`)
    expect(
      beyond(
        cells.map(({ model }) => model),
        new Set([MODEL, 'openai/gpt-oss-20b']),
      ),
    ).toEqual([])
    // Once, and of what is configured only what is public: no fine-tune, no model of a private address.
    expect(hub.reports.flatMap(({ report }) => report.offered ?? [])).toEqual([
      { provider: 'groq', model: MODEL },
      { provider: 'groq', model: 'openai/gpt-oss-20b' },
    ])
    const judged = hub.reports.flatMap(({ report }) => report.quality ?? [])
    expect(judged.map(({ model }) => model)).toContain(MODEL)
    expect(hub.alarms[0]).toMatchObject({ provider: 'groq', model: 'openai/gpt-oss-20b', state: 'failing' })
  })

  it('has nothing that was planted in it, in no encoding', () => {
    const secrets = [
      ...Object.values(PLANTED),
      upstream.url,
      `127.0.0.1:${upstream.port}`,
      `:${upstream.port}`,
      router.url,
      directory,
    ]
    for (const { route, head, body } of captured) {
      expect(findSecret(body, secrets), `${route}, body`).toBeUndefined()
      expect(findSecret(head, secrets), `${route}, head`).toBeUndefined()
    }
    // The same search finds what is there.
    expect(findSecret(captured.find(({ route }) => route === 'POST /v1/reports')!.body, [MODEL])).toBe(MODEL)
  })

  it('names no request and no time of one', () => {
    expect(met.size).toBeGreaterThan(100)
    for (const { route, body } of captured.filter(({ route }) => route.startsWith('POST')))
      expect(findSecret(body, [...met]), `${route}`).toBeUndefined()
    // A report has no number that could be a time: the largest is its epoch.
    for (const payload of bodiesOf('POST /v1/reports')) {
      const { epoch } = JSON.parse(payload)
      for (const number of payload.match(/\d{7,}/g) ?? []) expect(number).toBe(String(epoch))
    }
  })

  it('has the fields that docs/privacy.md lists, and no other', async () => {
    const listed = await documented()
    for (const [route, type] of [
      ['POST /v1/reports', 'report'],
      ['POST /v1/alarms', 'alarm'],
      ['POST /v1/members', 'enrolment'],
    ] as const) {
      const bodies = bodiesOf(route)
      expect(bodies.length).toBeGreaterThan(0)
      for (const body of bodies) expect(beyond(fieldsOf(JSON.parse(body)), listed.get(type)!)).toEqual([])
    }
  })

  it('came with headers that say nothing', () => {
    const known =
      /^(host|connection|user-agent|content-type|content-encoding|content-length|authorization|accept|accept-encoding|if-none-match)$/i
    for (const { head } of captured) {
      const lines = head.toString('latin1').split('\n').slice(1)
      const headers = lines.filter((_, index) => index % 2 === 0).filter((name) => /^[a-z-]+$/i.test(name))
      for (const name of headers) expect(name).toMatch(known)
      expect(lines[lines.findIndex((name) => name.toLowerCase() === 'user-agent') + 1]).toBe('commonroute')
    }
  })
})

describe('docs/privacy.md', () => {
  it('lists exactly the fields of the schemas', async () => {
    const listed = await documented()
    for (const [type, schema] of Object.entries({
      report: REPORT,
      alarm: ALARM,
      enrolment: ENROLMENT,
      request: REQUEST,
    }))
      expect([...listed.get(type)!].sort(), type).toEqual([...fieldsIn(schema)].sort())
  })

  it('states the epsilon that the code spends', async () => {
    expect(await privacy()).toContain(`**ε = ${TOTAL_EPSILON}`)
    expect(await privacy()).toContain(
      `**${QUALITY_EPSILON.total} more, ${TOTAL_EPSILON + QUALITY_EPSILON.total} in all,`,
    )
  })
})

it('the search finds a text in every encoding that it claims', () => {
  const secret = 'planted & hidden/ü'
  const hide = [
    (bytes: Buffer) => bytes,
    (bytes: Buffer) => Buffer.from(bytes.toString('hex').toUpperCase()),
    (bytes: Buffer) => Buffer.from(encodeURIComponent(bytes.toString())),
    (bytes: Buffer) => Buffer.from(JSON.stringify({ x: bytes.toString() })),
    (bytes: Buffer) => Buffer.from(bytes.toString().toUpperCase()),
    ...[0, 1, 2].flatMap((offset) =>
      (['base64', 'base64url'] as const).map(
        (encoding) => (bytes: Buffer) =>
          Buffer.from(Buffer.concat([Buffer.alloc(offset, 'x'), bytes, Buffer.from('tail')]).toString(encoding)),
      ),
    ),
  ]
  for (const [index, encode] of hide.entries())
    expect(findSecret(encode(Buffer.from(secret)), [secret]), `encoding ${index}`).toBe(secret)
  expect(findSecret(Buffer.from('nothing here'), [secret])).toBeUndefined()
  expect(encodingsOf('abc').length).toBeGreaterThan(6)
})

const beyond = (found: Iterable<string>, known: ReadonlySet<string>): string[] =>
  [...found].filter((name) => !known.has(name))

const privacy = (): Promise<string> => readFile(new URL('../../docs/privacy.md', import.meta.url), 'utf8')

/** The paths in the first column of each table that follows a heading "Fields of the <type>". */
async function documented(): Promise<Map<string, Set<string>>> {
  const listed = new Map<string, Set<string>>()
  for (const section of (await privacy()).split(/^#+ /m)) {
    const [, type] = /^Fields of the (\w+)/.exec(section) ?? []
    if (type === undefined) continue
    const cells = section.split('\n').flatMap((line) => /^\| (`.*?) \|/.exec(line)?.[1] ?? [])
    listed.set(type, new Set(cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path!))))
  }
  return listed
}

interface Node {
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node | readonly Node[]
}

/** `cells[].ttft.mean`, ...: the leaves. A list of lists is one. */
function fieldsIn(schema: Node, path = ''): Set<string> {
  const { properties, items } = schema
  if (properties) {
    const below = Object.entries(properties).flatMap(([name, node]) => [
      ...fieldsIn(node, path ? `${path}.${name}` : name),
    ])
    return new Set(below)
  }
  return items && 'properties' in items ? fieldsIn(items, `${path}[]`) : new Set([path])
}

function fieldsOf(value: unknown, path = ''): Set<string> {
  if (Array.isArray(value) && !Array.isArray(value[0]))
    return new Set(value.flatMap((item) => [...fieldsOf(item, `${path}[]`)]))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Set([path])
  return new Set(
    Object.entries(value).flatMap(([name, below]) => [...fieldsOf(below, path ? `${path}.${name}` : name)]),
  )
}

import assert from 'node:assert/strict'
import { shownFraming } from '../../base/shown-framing.ts'
import { type Endpoint, OPERATIONS, type ProviderAdapter, type ProviderCall, type UpstreamRequest } from '../api.ts'
import { answerChecks, firstBytes } from './answer-checks.ts'
import { bytesOf, isForm, sampleCall, sampleCalls, UNTOUCHED, UNTOUCHED_FIELD } from './calls.ts'
import type { Check } from './check.ts'
import { doorChecks } from './door-checks.ts'
import { errorChecks } from './error-checks.ts'
import { listChecks } from './list-checks.ts'
import { modelChecks } from './model-checks.ts'

export interface ProviderSample {
  /** Values of secret options: they must not stand in a URL. */
  readonly secrets?: readonly string[]
  /** A model of the provider. Default `sample-model`. */
  readonly model?: string
  /** By wire: a stream as the provider sends it, its beginning at least. */
  readonly streams?: Readonly<Record<string, Uint8Array | string>>
}

const KNOWN: ReadonlySet<string> = new Set(OPERATIONS)
const FRAMINGS: ReadonlySet<string> = new Set(['none', 'sse', 'aws-event-stream', 'ndjson', 'binary'])
/** They belong to the connection, which is the core's. */
const CONNECTION_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
])

export function providerChecks(
  create: () => ProviderAdapter | Promise<ProviderAdapter>,
  sample: ProviderSample = {},
): Check[] {
  const { secrets = [], model = 'sample-model', streams = {} } = sample
  const endpoint: Endpoint = { id: `sample/${model}`, provider: 'sample', model, weight: 1 }
  const check = (name: string, run: (adapter: ProviderAdapter) => void | Promise<void>): Check => ({
    name,
    async run() {
      const adapter = await create()
      try {
        await run(adapter)
      } finally {
        await adapter.close?.()
      }
    },
  })
  const forEachCall = async (
    adapter: ProviderAdapter,
    see: (call: ProviderCall, request: UpstreamRequest) => void | Promise<void>,
  ) => {
    for (const call of sampleCalls(adapter, model)) await see(call, await adapter.prepare(call, endpoint))
  }
  return [
    check('speaks at least one wire, in operations that exist', wiresSound),
    check('prepare() gives an absolute http(s) URL without credentials or secrets', (adapter) =>
      forEachCall(adapter, (_, { url }) => urlSound(url, secrets)),
    ),
    check('prepare() gives headers that can be sent', (adapter) =>
      forEachCall(adapter, (_, request) => headersSound(request)),
    ),
    check('prepare() names a framing that fits the call', (adapter) =>
      forEachCall(adapter, ({ stream }, { framing }) => {
        assert.ok(FRAMINGS.has(framing), `framing is ${String(framing)}`)
        // Bytes flow as they come, whether that was asked for or not.
        if (framing === 'binary') return
        assert.equal(framing !== 'none', stream, `framing is ${framing} and stream is ${stream}`)
      }),
    ),
    check('prepare() names the model, in its address or its body', (adapter) =>
      forEachCall(adapter, (_, request) => {
        const isNamed = decodeURIComponent(request.url.href).includes(model) || bytesOf(request).includes(model)
        assert.ok(isNamed, 'nothing in the request names the model')
      }),
    ),
    check('prepare() sends a form with its own type', (adapter) =>
      forEachCall(adapter, (call, { headers }) => {
        if (!isForm(call)) return
        const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
        assert.equal(type, call.contentType, 'its content type, with the boundary, is not the one of the call')
      }),
    ),
    check('streams are framed as prepare() says', (adapter) =>
      forEachCall(adapter, async (call, request) => {
        if (!call.stream) return
        const recorded = streams[call.wire]
        if (recorded !== undefined) framedAs(request, Buffer.from(recorded))
        const answered = await firstBytes(adapter, request)
        if (answered !== undefined) framedAs(request, answered)
      }),
    ),
    check('prepare() keeps what it does not know, byte for byte', (adapter) =>
      forEachCall(adapter, (call, request) => bodyKept(call, request)),
    ),
    check('prepare() leaves the call as it was and gives the same again', (adapter) =>
      forEachCall(adapter, async (call, request) => {
        const again = await adapter.prepare(call, endpoint)
        assert.equal(
          call.body.toString(),
          sampleCall(call.operation, call.wire, model, call.stream).body.toString(),
          'it wrote into the body',
        )
        assert.equal(again.url.href, request.url.href)
        assert.ok(bytesOf(again).equals(bytesOf(request)), 'the body is another one')
      }),
    ),
    ...errorChecks(check),
    ...modelChecks(check, model),
    ...listChecks(check, (request) => {
      urlSound(request.url, secrets)
      headersSound(request)
    }),
    ...answerChecks(check, (adapter) => adapter.prepare(sampleCalls(adapter, model)[0]!, endpoint)),
    ...doorChecks(check, endpoint, { url: (url) => urlSound(url, secrets), headers: headersSound }),
    check('close() may be called twice', async (adapter) => {
      await adapter.close?.()
      await adapter.close?.()
    }),
  ]
}

function wiresSound({ wires }: ProviderAdapter): void {
  const entries = Object.entries(wires)
  assert.ok(entries.length > 0, 'wires is empty')
  for (const [operation, names = []] of entries) {
    assert.ok(KNOWN.has(operation), `there is no operation ${operation}`)
    assert.ok(names.length > 0, `wires.${operation} is empty`)
    for (const name of names) assert.match(name, /^[a-z][a-z0-9-]*$/)
  }
}

function urlSound(url: URL, secrets: readonly string[]): void {
  assert.ok(url instanceof URL, 'url is not a URL')
  assert.match(url.protocol, /^https?:$/)
  assert.equal(url.username + url.password, '', 'the URL holds credentials')
  for (const secret of secrets) {
    const shown = url.href.includes(secret) || decodeURIComponent(url.href).includes(secret)
    assert.ok(secret === '' || !shown, 'a secret stands in the URL, where logs will show it')
  }
}

function headersSound(request: Pick<UpstreamRequest, 'headers' | 'body' | 'pieces'>): void {
  const { headers } = request
  for (const [name, value] of Object.entries(headers)) {
    assert.match(name, /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, `${JSON.stringify(name)} is not a header name`)
    assert.equal(typeof value, 'string', `the header ${name} is not text`)
    assert.doesNotMatch(value, /[\r\n\0]/, `the header ${name} has a line break`)
    assert.ok(!CONNECTION_HEADERS.has(name.toLowerCase()), `${name} belongs to the connection, which the router owns`)
    if (name.toLowerCase() === 'content-length')
      assert.equal(value, String(bytesOf(request).length), 'content-length is wrong')
  }
}

function framedAs({ framing }: UpstreamRequest, bytes: Buffer): void {
  if (framing === 'binary') return
  assert.equal(shownFraming(bytes), framing, `framing is ${framing}, and the stream begins otherwise`)
}

function bodyKept(call: ProviderCall, request: UpstreamRequest): void {
  assert.equal(request.method, 'POST')
  const text = bytesOf(request).toString()
  if (isForm(call)) {
    assert.ok(
      text.includes(UNTOUCHED_FIELD),
      'a part of the form that the adapter does not know was changed or dropped',
    )
    return
  }
  assert.ok(
    text.includes(UNTOUCHED),
    'a field that the adapter does not know was changed or dropped (use editBody, not JSON.stringify)',
  )
  const sent = Object.keys(JSON.parse(text))
  const known = Object.keys(call.json()).filter((key) => sent.includes(key))
  assert.deepEqual(
    sent.filter((key) => known.includes(key)),
    known,
    'the keys are in another order',
  )
}

/** Which endpoints a request is tried at, how often, and when it is given up. */
import { afterEach, expect, test, vi } from 'vitest'
import { RouterBooks } from '../../../../src/app/books.ts'
import type { RouterError } from '../../../../src/base/errors.ts'
import type { RoutingConfig, SelectConfig } from '../../../../src/config/types.ts'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import type { FinishedRequest } from '../../../../src/outcomes/log/finished-request.ts'
import type { Failure, JsonObject, OutcomeKind, ProviderAdapter } from '../../../../src/plugins/api.ts'
import priority from '../../../../src/plugins/strategies/priority.ts'
import type { RoutableModel } from '../../../../src/routing/catalogue.ts'
import type { AnswerChecks } from '../../../../src/routing/checks.ts'
import { Engine } from '../../../../src/routing/engine.ts'
import { Health } from '../../../../src/routing/health/health.ts'
import type { Call, ClientSink } from '../../../../src/routing/ports.ts'
import { createState } from '../../../../src/routing/state/state.ts'
import { Transport } from '../../../../src/routing/upstream/transport.ts'
import { createCodec } from '../../../../src/wire/codec.ts'
import { callOf } from '../../wire/support.ts'
import { routeTo } from '../support.ts'

/** What an endpoint does at each of its attempts; the last one stays. */
type Script = readonly (OutcomeKind | Partial<Failure> | (() => void))[]

const OK = JSON.stringify({ id: 'c1', choices: [{ index: 0, message: { content: 'Hi' }, finish_reason: 'stop' }] })
const SELECT = { minQuality: 0.9, per: 'all', priors: new Map(), features: { words: false }, signals: {} }
const transport = new Transport({ connectMs: 1000 })
afterEach(() => vi.restoreAllMocks())

class Client implements ClientSink {
  closed = false
  text = ''
  leave = () => {}
  onClose(listener: () => void): void {
    this.leave = () => {
      this.closed = true
      listener()
    }
  }
  keepAlive(): void {}
  start(): void {}
  write(): boolean {
    return true
  }
  onDrain(): void {}
  end(bytes?: Uint8Array): void {
    this.text = Buffer.from(bytes ?? []).toString()
  }
  abort(): void {}
}

interface Options {
  readonly chain?: Record<string, readonly string[]>
  readonly attempts?: number
  readonly body?: JsonObject
  readonly totalMs?: number
  /** Of every wait for an endpoint. */
  readonly timeoutMs?: number
  readonly health?: Health
  readonly checks?: AnswerChecks
  /** Makes the first model of the chain a selector. */
  readonly select?: Partial<SelectConfig>
  readonly onWait?: (client: Client, engine: Engine) => void
  /** The client has gone before the engine gets its request. */
  readonly isGone?: boolean
}

/** Endpoints are named by their providers. One model of all of them, or a chain of models. */
async function ask(scripts: Record<string, Script>, options: Options = {}) {
  const {
    chain = { m: Object.keys(scripts) },
    attempts = 3,
    body = {},
    totalMs = 60_000,
    timeoutMs = 60_000,
    health = new Health(),
    checks,
    select,
    onWait,
    isGone = false,
  } = options
  const asked: string[] = []
  const client = new Client()
  client.closed = isGone
  const adapter: ProviderAdapter = {
    wires: { chat: ['openai-chat'] },
    prepare: (_call, endpoint) => ({
      method: 'POST',
      url: new URL(`http://${endpoint.provider}.invalid`),
      headers: {},
      framing: 'none',
    }),
    answer: async ({ url }) => {
      const name = url.hostname.split('.')[0]!
      const script = scripts[name]!
      const step = script[Math.min(asked.filter((each) => each === name).length, script.length - 1)]!
      asked.push(name)
      if (typeof step === 'function') step()
      const failure =
        typeof step === 'string' ? { kind: step } : typeof step === 'function' ? { kind: 'provider_error' } : step
      const text = failure.kind === 'ok' ? OK : JSON.stringify(failure)
      const bytes = (async function* () {
        yield Buffer.from(text)
      })()
      return { status: failure.kind === 'ok' ? 200 : 500, headers: {}, body: bytes }
    },
    classify: (_status, _headers, text) => ({ message: 'as scripted', ...(JSON.parse(text) as { kind: OutcomeKind }) }),
  }
  const strategy = { name: 'priority', instance: await priority.create({}, {} as never) }
  const models = Object.entries(chain).map(([name, ids]): [string, RoutableModel] => {
    const routes = ids.map((id, position) => ({ ...routeTo(id), position, provider: { id, adapter, secrets: [] } }))
    return [name, { name, routes, strategy, fallbacks: [] } as unknown as RoutableModel]
  })
  if (select) Object.assign(models[0]![1], { select: { ...SELECT, ...select } })
  const timeouts = { connectMs: 1000, firstTokenMs: timeoutMs, responseMs: timeoutMs, idleMs: timeoutMs, totalMs }
  const hedging = { enabled: false, budget: 0, minDelayMs: 0 }
  const routing = {
    attempts,
    timeouts,
    hedging,
    affinity: { ttlMs: 'off' },
    strategy: { plugin: 'priority' },
  } as unknown as RoutingConfig
  const records: FinishedRequest[] = []
  const books = new RouterBooks(new OutcomeBook(), [(record) => void records.push(record)])
  const catalogue = {
    version: '1',
    models: new Map(models),
    providers: new Map(),
    exacto: models[0]![1].strategy,
    named: () => undefined,
    known: () => new Map(),
    direct: () => models[0]![1],
  }
  const engine = new Engine(
    {
      codec: createCodec(),
      transport,
      state: { ...createState(), health },
      books,
      random: () => 0.001,
      ...(checks && { checks }),
    },
    catalogue,
    routing,
  )
  const waits: number[] = []
  const deadlines: number[] = []
  const begin = engine.wheel.begin.bind(engine.wheel)
  vi.spyOn(engine.wheel, 'begin').mockImplementation((deadline, delayMs) => {
    deadlines.push(delayMs)
    if (new Error().stack?.includes('backOff')) {
      waits.push(delayMs)
      setImmediate(() => onWait?.(client, engine))
    }
    begin(deadline, delayMs)
  })
  const move = engine.wheel.move.bind(engine.wheel)
  vi.spyOn(engine.wheel, 'move').mockImplementation((entry, delayMs) => {
    deadlines.push(delayMs)
    move(entry, delayMs)
  })
  const call: Call = callOf(
    'openai-chat',
    { models: Object.keys(chain), messages: [], ...body },
    { stream: false, arrivedMs: performance.now() },
  )
  const error: RouterError | undefined = await engine.handle(call, client).then(
    () => undefined,
    (reason) => reason,
  )
  return {
    asked: asked.join(' '),
    client,
    engine,
    error,
    kind: records[0]?.kind,
    overheadMs: records[0]?.overheadMs,
    waits,
    deadlines,
  }
}

test.each<[string, Record<string, Script>, Options, string, OutcomeKind]>([
  ['the first that answers', { a: ['provider_error'], b: ['ok'], c: ['ok'] }, {}, 'a b', 'ok'],
  [
    'round again, within the budget',
    { a: ['provider_error'], b: ['provider_error'] },
    { attempts: 5 },
    'a b a b a',
    'provider_error',
  ],
  ['not again where it cannot help', { a: ['provider_auth'], b: ['provider_error', 'ok'] }, {}, 'a b b', 'ok'],
  [
    'nobody again where it helps nowhere',
    { a: ['provider_auth'], b: ['provider_not_found'] },
    { attempts: 9 },
    'a b',
    'provider_not_found',
  ],
  ['the only one is not asked again where it cannot help', { a: ['provider_auth'] }, {}, 'a', 'provider_auth'],
  ['what one maker refuses another one may take', { a: ['caller_invalid'], b: ['ok'] }, {}, 'a b', 'ok'],
  [
    "what two makers refuse is the caller's own fault",
    { a: ['caller_invalid'], b: ['caller_invalid'], c: ['ok'] },
    { attempts: 5 },
    'a b',
    'caller_invalid',
  ],
  [
    'one other maker is asked about a refusal, and that once',
    { a: ['provider_error'], b: ['caller_invalid'], c: ['provider_error'], d: ['ok'] },
    { attempts: 9 },
    'a b c',
    'caller_invalid',
  ],
  [
    'who failed before is not asked about a refusal',
    { a: ['provider_error'], b: ['caller_invalid'] },
    { attempts: 9 },
    'a b',
    'caller_invalid',
  ],
  ['the budget bounds that, too', { a: ['caller_invalid'], b: ['ok'] }, { attempts: 1 }, 'a', 'caller_invalid'],
  [
    'no fallbacks, no second try',
    { a: ['provider_error'], b: ['ok'] },
    { body: { provider: { allow_fallbacks: false } } },
    'a',
    'provider_error',
  ],
  [
    'no fallbacks but the ones named',
    { a: ['ok'], b: ['provider_error'], c: ['ok'] },
    { body: { provider: { order: ['b', 'c'], allow_fallbacks: false } } },
    'b c',
    'ok',
  ],
  ['the next model', { a: ['provider_error'], b: ['ok'] }, { chain: { m: ['a'], n: ['b'] } }, 'a b', 'ok'],
  [
    'the next model when it was too long for the first',
    { a: ['caller_too_long'], x: ['ok'], b: ['ok'] },
    { chain: { m: ['a', 'x'], n: ['b'] } },
    'a b',
    'ok',
  ],
  [
    'another model is not asked what the caller got wrong',
    { a: ['caller_invalid'], b: ['ok'] },
    { chain: { m: ['a'], n: ['b'] }, attempts: 5 },
    'a',
    'caller_invalid',
  ],
  [
    'one attempt is kept for each model that follows',
    { a: ['provider_error'], b: ['provider_error'], c: ['ok'] },
    { chain: { m: ['a', 'b'], n: ['c'] }, attempts: 2 },
    'a c',
    'ok',
  ],
  [
    'attempts count over the whole chain',
    { a: ['provider_error'], b: ['provider_error'] },
    { chain: { m: ['a'], n: ['b'] }, attempts: 3 },
    'a b b',
    'provider_error',
  ],
])('%s', async (_, scripts, options, asked, kind) => {
  expect(await ask(scripts, options)).toMatchObject({ asked, kind })
})

test('before another round it waits: with jitter, longer each time', async () => {
  const { waits } = await ask({ a: ['provider_error'] }, { attempts: 3 })
  expect(waits).toEqual([0.25, 0.5])
})

test('it does not wait where nobody is to be asked again', async () => {
  const { asked, waits } = await ask({ a: ['provider_auth'], b: ['provider_not_found'] }, { attempts: 9 })
  expect(asked).toBe('a b')
  expect(waits).toEqual([])
})

test('it waits as long as the upstream asks, if that is short, each time anew', async () => {
  const { asked, waits } = await ask({
    a: [{ kind: 'provider_overloaded', retryAfterMs: 30 }, 'provider_overloaded', 'ok'],
  })
  expect([asked, waits]).toEqual(['a a a', [30, 0.5]])
})

test('it does not wait for what is far away, and says when', async () => {
  const { asked, error } = await ask({ a: [{ kind: 'provider_rate_limited', retryAfterMs: 17_000 }] })
  expect(asked).toBe('a')
  expect(error).toMatchObject({ status: 503, retryAfterMs: 17_000 })
})

test('one that is limited for long does not keep another from its second try', async () => {
  const scripts: Record<string, Script> = {
    a: ['provider_error', 'ok'],
    b: [{ kind: 'provider_rate_limited', retryAfterMs: 3_600_000 }],
  }
  expect(await ask(scripts)).toMatchObject({ asked: 'a b a', kind: 'ok' })
})

test('no attempt begins once the time is up', async () => {
  const scripts: Record<string, Script> = { a: [() => vi.spyOn(performance, 'now').mockReturnValue(1e9)], b: ['ok'] }
  expect(await ask(scripts)).toMatchObject({ asked: 'a', error: { code: 'ROUTER_ALL_FAILED' } })
})

test('a total time that is over before an endpoint was asked is a time-out', async () => {
  expect(await ask({ a: ['ok'] }, { totalMs: 1e-6 })).toMatchObject({
    asked: '',
    error: { code: 'ROUTER_TIMED_OUT', status: 504, type: 'timeout' },
  })
})

test('waiting for an upstream is no overhead of the router', async () => {
  const start = performance.now()
  const later = () => void vi.spyOn(performance, 'now').mockReturnValue(start + 5000)
  const { overheadMs } = await ask({ a: [later], b: ['ok'] })
  expect(overheadMs).toBeLessThan(2500)
})

test('an endpoint found dead by others since it was ranked is passed over', async () => {
  let engine: Engine | undefined
  const dead = () => {
    for (let i = 0; i < 3; i++)
      engine!.state.health.end(engine!.state.health.begin('b/model', engine!.now()), 'provider_error', engine!.now())
  }
  const handle = Engine.prototype.handle
  vi.spyOn(Engine.prototype, 'handle').mockImplementation(function (this: Engine, ...args) {
    engine = this
    return handle.apply(this, args)
  })
  expect(await ask({ a: [dead], b: ['ok'], c: ['ok'] })).toMatchObject({ asked: 'a c', kind: 'ok' })
})

test.each<[string, (client: Client, engine: Engine) => void, object]>([
  ['a client that leaves', (client) => client.leave(), { code: 'ROUTER_ALL_LIMITED' }],
  ['a router that goes down', (_, engine) => engine.stop(), { code: 'ROUTER_DRAINING', retryAfterMs: 1000 }],
])('%s while a retry waits is not kept, and nobody is asked again', async (_, onWait, error) => {
  const waitingLong = { kind: 'provider_overloaded', retryAfterMs: 2000 } as const
  expect(await ask({ a: [waitingLong] }, { onWait })).toMatchObject({ asked: 'a', error, waits: [2000] })
})

test.each<[string, () => unknown]>([
  ['before anybody is asked', () => vi.spyOn(RouterBooks.prototype, 'class').mockImplementationOnce(throwsNothing)],
  ['at the end of an attempt', () => vi.spyOn(Health.prototype, 'end').mockImplementationOnce(throwsNothing)],
  ['when it is recorded', () => vi.spyOn(RouterBooks.prototype, 'record').mockImplementationOnce(throwsNothing)],
])('undefined that is thrown counts as an error: %s', async (_, arrange) => {
  arrange()
  expect((await ask({ a: ['ok'] })).error).toMatchObject({ code: 'ROUTER_INTERNAL' })
})

function throwsNothing(): never {
  const nothing: unknown = undefined
  throw nothing
}

test('a client that has gone before its turn is recorded, and nobody is asked', async () => {
  const chain = { m: ['a', 'b'], n: ['a'] }
  expect(await ask({ a: ['ok'], b: ['ok'] }, { isGone: true })).toMatchObject({ asked: '', kind: 'caller_cancelled' })
  expect(await ask({ a: ['ok'], b: ['ok'] }, { isGone: true, chain })).toMatchObject({
    asked: '',
    kind: 'caller_cancelled',
  })
})

/** Ejected long ago: to be probed by the next request. */
function ejected(id: string): Health {
  const health = new Health()
  for (let i = 0; i < 3; i++) health.end(health.begin(`${id}/model`, 0), 'provider_timeout_first_token', 0)
  return health
}

test('a probe of what was ejected is given less patience, unless there is nobody else to ask', async () => {
  const scripts: Record<string, Script> = { a: ['ok'], b: ['ok'] }
  const well = await ask(scripts, { timeoutMs: 50_000 })
  expect(well.deadlines[1]).toBe(50_000)
  const probed = await ask(scripts, { timeoutMs: 50_000, health: ejected('a') })
  expect(probed.asked).toBe('a')
  // Eight times the 800 ms that are believed of what nobody knows.
  expect(probed.deadlines[1]).toBeCloseTo(6400, 6)
  const alone = await ask({ a: ['ok'] }, { timeoutMs: 50_000, health: ejected('a') })
  expect(alone.deadlines[1]).toBe(50_000)
})

test('so is a fallback that is a probe', async () => {
  /** The least that anybody is waited for. */
  const patience = async (probed: string, attempts: number) => {
    const scripts: Record<string, Script> = { a: ['provider_error'], b: ['provider_error'], c: ['ok'] }
    const { deadlines } = await ask(scripts, { timeoutMs: 50_000, attempts, health: ejected(probed) })
    return Math.min(...deadlines)
  }
  expect(await patience('b', 3)).toBeLessThanOrEqual(6400)
  // Nobody is left to ask.
  expect(await patience('c', 3)).toBeGreaterThan(40_000)
  expect(await patience('b', 2)).toBeGreaterThan(40_000)
})

test('nothing is checked, held or asked for of a request without a selector', async () => {
  const of = vi.fn()
  const { kind, client } = await ask({ a: ['ok'] }, { checks: { of } })
  expect(kind).toBe('ok')
  expect(client.text).toBe(OK)
  expect(of).not.toHaveBeenCalled()
})

test('an answer goes out whose check goes wrong', async () => {
  const check = vi.fn(() => Promise.reject(new Error('a defect')))
  const failed = vi.fn()
  const { asked, client, error, kind } = await ask(
    { a: ['ok'], b: ['ok'] },
    {
      chain: { auto: [], cheap: ['a'], strong: ['b'] },
      select: { from: ['cheap', 'strong'], verify: [{ check: 'schema', reliability: 0.9 }] },
      checks: { of: () => ({ wantsLogprobs: false, begin: vi.fn(), cancel: vi.fn(), check, failed }) },
    },
  )
  expect(check).toHaveBeenCalledOnce()
  expect(failed).toHaveBeenCalledExactlyOnceWith(new Error('a defect'))
  expect({ asked, error, kind, text: client.text }).toEqual({ asked: 'a', error: undefined, kind: 'ok', text: OK })
})

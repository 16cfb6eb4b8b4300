import { expect, it, vi } from 'vitest'
import { unpricedJudges, Verdicts } from '../../../../src/app/judging/verdicts.ts'
import { OwnRequests } from '../../../../src/app/own-requests/own-requests.ts'
import { UsageBook } from '../../../../src/outcomes/usage/usage-book.ts'
import type { Catalogue } from '../../../../src/routing/catalogue.ts'
import type { Engine } from '../../../../src/routing/engine.ts'
import type { Call, ClientSink } from '../../../../src/routing/ports.ts'

const COST = 0.4
const NOBODY = new AbortController().signal

interface Judge {
  readonly rpm?: number
  readonly host?: string
}

const providerAt = (hostname: string) => ({
  adapter: { models: () => ({ url: new URL(`http://${hostname}/v1/models`) }) },
})

/** A judge that says yes, at a price that is known or not. */
function judgeOf(usage: UsageBook, price: number | undefined, { rpm, host = 'far.example' }: Judge = {}) {
  const answer = { choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }] }
  const handle = vi.fn(async (call: Call, sink: ClientSink, client: string) => {
    await Promise.resolve()
    const costUsd = host === 'localhost' ? 0 : COST
    const attempts = [{ endpoint: 'p/strong', kind: 'ok', startMs: 0, totalMs: 1, costUsd }] as const
    const record = { id: call.id, client, model: 'strong', operation: 'chat', time: call.time, attempts } as const
    usage.take(record)
    requests.take(record as never)
    sink.end(Buffer.from(JSON.stringify(answer)))
  })
  const route = { endpoint: price === undefined ? {} : { price }, provider: providerAt(host) }
  const models = new Map([['strong', { routes: [route] }]])
  const books = { price: () => price }
  const engine = () => ({ catalogue: { models }, books, handle }) as unknown as Engine
  const requests = new OwnRequests(engine)
  const verdicts = new Verdicts(engine, usage, requests)
  const ask = () => verdicts.ask({ model: 'strong', budgetUsd: 1, ...(rpm !== undefined && { rpm }) }, 'Q', 'A', NOBODY)
  return { ask, handle }
}

it("keeps a day's budget, also over a restart", async () => {
  const usage = new UsageBook()
  const { ask } = judgeOf(usage, 0.3)
  expect(await ask()).toEqual({ score: 1, costUsd: COST })
  expect(await ask()).toEqual({ score: 1, costUsd: COST })
  expect(await ask()).toEqual({ reason: "the judge's budget of the day is spent" })
  const restarted = new UsageBook()
  restarted.decode(JSON.parse(JSON.stringify(usage.encode())))
  const other = judgeOf(restarted, 0.3)
  expect(await other.ask()).toEqual({ reason: "the judge's budget of the day is spent" })
  expect(other.handle).not.toHaveBeenCalled()
})

it('reserves what verdicts under way may cost', async () => {
  const { ask } = judgeOf(new UsageBook(), 0.45)
  const said = await Promise.all([ask(), ask(), ask()])
  expect(said.map(({ score }) => score)).toEqual([1, 1, undefined])
})

it('limits by count whose price is not known', async () => {
  const { ask, handle } = judgeOf(new UsageBook(), undefined, { rpm: 2 })
  expect(await ask()).toEqual({ score: 1, costUsd: COST })
  expect(await ask()).toEqual({ score: 1, costUsd: COST })
  expect((await ask()).reason).toContain('2 times a minute at most')
  expect(handle).toHaveBeenCalledTimes(2)
})

it('needs no price of what runs on this machine', async () => {
  const { ask } = judgeOf(new UsageBook(), undefined, { host: 'localhost' })
  for (let time = 0; time < 61; time++) expect((await ask()).score).toBe(1)
})

it('finds judges without a price', () => {
  const priced = { routes: [{ endpoint: { price: {} } }] }
  const models = new Map<string, unknown>([
    ['known', priced],
    ['half', { routes: [...priced.routes, { endpoint: {}, provider: providerAt('far.example') }] }],
    ['near', { routes: [{ endpoint: {}, provider: providerAt('127.0.0.1') }] }],
    ['two', { routes: [], select: { judge: { model: 'near' } } }],
    ['one', { routes: [], select: { judge: { model: 'half' }, verify: [{ check: 'judge', model: 'known' }] } }],
  ])
  expect(unpricedJudges({ models } as unknown as Catalogue)).toEqual(['half'])
})

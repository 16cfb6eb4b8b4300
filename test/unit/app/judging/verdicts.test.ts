import { expect, it, vi } from 'vitest'
import { unpricedJudges, Verdicts } from '../../../../src/app/judging/verdicts.ts'
import { OwnRequests } from '../../../../src/app/own-requests/own-requests.ts'
import { UsageBook } from '../../../../src/outcomes/usage/usage-book.ts'
import type { Catalogue } from '../../../../src/routing/catalogue.ts'
import type { Engine } from '../../../../src/routing/engine.ts'
import type { Call, ClientSink } from '../../../../src/routing/ports.ts'

const COST = 0.4
const NOBODY = new AbortController().signal

/** A judge that says yes, at a price that is known or not. */
function judgeOf(usage: UsageBook, price: number | undefined) {
  const answer = { choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }] }
  const handle = vi.fn(async (call: Call, sink: ClientSink, client: string) => {
    await Promise.resolve()
    const attempts = [{ endpoint: 'p/strong', kind: 'ok', startMs: 0, totalMs: 1, costUsd: COST }] as const
    const record = { id: call.id, client, model: 'strong', operation: 'chat', time: call.time, attempts } as const
    usage.take(record)
    requests.take(record as never)
    sink.end(Buffer.from(JSON.stringify(answer)))
  })
  const models = new Map([['strong', { routes: [{ endpoint: price === undefined ? {} : { price } }] }]])
  const books = { price: () => price }
  const engine = () => ({ catalogue: { models }, books, handle }) as unknown as Engine
  const requests = new OwnRequests(engine)
  const verdicts = new Verdicts(engine, usage, requests)
  const ask = () => verdicts.ask({ model: 'strong', budgetUsd: 1 }, 'Q', 'A', NOBODY)
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

it('asks nobody whose price is not known', async () => {
  const { ask, handle } = judgeOf(new UsageBook(), undefined)
  expect((await ask()).reason).toContain('has no price')
  expect(handle).not.toHaveBeenCalled()
})

it('finds judges without a price', () => {
  const priced = { routes: [{ endpoint: { price: {} } }] }
  const models = new Map<string, unknown>([
    ['known', priced],
    ['half', { routes: [...priced.routes, { endpoint: {} }] }],
    ['one', { routes: [], select: { judge: { model: 'half' }, verify: [{ check: 'judge', model: 'known' }] } }],
  ])
  expect(unpricedJudges({ models } as unknown as Catalogue)).toEqual(['half'])
})

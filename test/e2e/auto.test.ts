/** A selector learns from feedback which cheaper model is good enough, over real sockets. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { generation } from '../helpers/generation.ts'
import { type Answered, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const provider = (prompt: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt, completion: prompt },
  })
  router = await startRouter({
    config: {
      providers: { low: provider(1), high: provider(20) },
      models: {
        cheap: { endpoints: ['low/cheap'] },
        strong: { endpoints: ['high/strong'] },
        auto: { select: { from: ['cheap', 'strong'], min_quality: 0.9 } },
        safe: { select: { from: ['cheap', 'strong'], min_quality: 1 } },
        thrifty: { select: { from: ['cheap', 'strong'], min_quality: 1, budget: 1e-9 } },
        checked: { select: { from: ['cheap', 'strong'], min_quality: 1, budget: 1e-9, verify: 'schema' } },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const ask = (task: string, more: Json = {}): Promise<Answered> =>
  send(`${router.url}/v1/chat/completions`, {
    body: { model: 'auto', metadata: { task }, messages: [{ role: 'user', content: 'hi' }], ...more },
  })
const modelOf = ({ headers }: Answered) => String(headers['x-router-endpoint']).split('/')[1]

/** Asks, and says how good the answers were. */
async function teach(task: string, times: number, score: (model: string | undefined) => number): Promise<void> {
  for (let time = 0; time < times; time++) {
    const answer = await ask(task)
    const body = { generation_id: answer.headers['x-generation-id'], score: score(modelOf(answer)) }
    expect((await send(`${router.url}/v1/feedback`, { body })).json).toMatchObject({ data: { counted: true } })
  }
}

async function propensityOf(model: string, task: string): Promise<number> {
  const { selection } = await generation(router.url, (await ask(task)).headers['x-generation-id'])
  const models = (selection as { models: { model: string; propensity: number }[] }).models
  return models.find((each) => each.model === model)!.propensity
}

it('gives each task to the cheapest model that is good enough for it', async () => {
  await teach('easy', 80, () => 1)
  await teach('hard', 80, (model) => (model === 'strong' ? 1 : 0))
  expect(await propensityOf('cheap', 'easy')).toBeGreaterThan(0.5)
  expect(await propensityOf('cheap', 'hard')).toBeLessThan(0.1)
})

it('explains itself', async () => {
  const answer = await ask('hard')
  const id = String(answer.headers['x-generation-id'])
  const { selection } = await generation(router.url, id)
  expect(selection).toMatchObject({ name: 'auto', task: 'hard', floor: 0.9 })
  const explained = await router.cli('explain', id)
  expect(explained.stdout).toContain('Models of auto')
  expect(explained.stdout).toMatch(/too little for what it saves|good enough/)
  expect(explained.stdout).toMatch(/auto chose (?:strong|cheap): it (?:is|was) .*"hard"/)
  const report = await router.cli('auto', 'report', 'auto')
  expect(report.stdout).toMatch(/(?:less|more) than always asking strong/)
  expect(report.stdout).toMatch(/Of \d+ answers \d+ (was|were) judged/)
  expect((await router.cli('auto', 'report', 'nothing')).stderr).toContain('There is no selector nothing')
})

it('falls back to the other model when the chosen one fails', async () => {
  upstream.script('cheap', faults.status(400))
  upstream.script('strong', faults.status(400))
  expect((await ask('easy')).status).toBe(400)
  upstream.clear()
  upstream.script('cheap', faults.status(503))
  const answer = await ask('easy')
  expect(answer.status).toBe(200)
  expect(modelOf(answer)).toBe('strong')
  upstream.clear()
})

it.each(['thrifty', 'checked'])('answers beyond its budget only where nothing else does (%s)', async (model) => {
  const tools = [{ type: 'function', function: { name: 'look', parameters: { type: 'object' } } }]
  const more = { model, tools }
  upstream.script('cheap', faults.status(503))
  const answer = await ask('easy', more)
  expect([answer.status, modelOf(answer)]).toEqual([200, 'strong'])
  const explained = await router.cli('explain', String(answer.headers['x-generation-id']))
  expect(explained.stdout).toMatch(/strong.*only where no other answers: it costs \$[\d.e-]+, and the budget leaves \$/)
  upstream.script('cheap', faults.status(400))
  upstream.script('strong', faults.status(503))
  expect((await ask('easy', more)).status).toBe(400)
  upstream.clear()
  const sorts = [undefined, 'price', 'throughput', 'latency']
  for (const by of sorts) {
    const provider = by && { sort: { by, partition: 'none' } }
    expect(modelOf(await ask('easy', { ...more, ...(provider && { provider }) }))).toBe('cheap')
  }
})

it('keeps a conversation with its model', async () => {
  const session = { session_id: 'a conversation', model: 'safe' }
  const first = modelOf(await ask('hard', session))
  const again = await Promise.all([1, 2, 3, 4].map(() => ask('hard', session)))
  expect(first).toBeDefined()
  const models = again.map(modelOf)
  // Only a model that is not good enough by what is known is left, and then for good.
  expect(new Set(models).size).toBe(1)
})

it('is listed as a model, remembers over a restart, and takes feedback on what it did before', async () => {
  const list = await send(`${router.url}/v1/models`)
  expect(list.json).toMatchObject({ data: expect.arrayContaining([expect.objectContaining({ id: 'auto' })]) })
  router.signal('SIGTERM')
  await router.exited
  router = await router.restart()
  expect(await propensityOf('cheap', 'easy')).toBeGreaterThan(0.5)
  expect(await propensityOf('cheap', 'hard')).toBeLessThan(0.1)
})

it('is shown with what it chooses among', async () => {
  const shown = await router.cli('models')
  expect(shown.stdout).toContain('the cheapest of cheap, strong with 90')
  const report = await send(`${router.url}/api/v1/models/auto`)
  expect(report.json).toMatchObject({ pricing: { prompt: '0.000001' }, architecture: { output_modalities: ['text'] } })
})

it('learns from how a conversation goes on, without a line of client code', async () => {
  const folder = join(router.stateDirectory, 'outcomes')
  const judged = async (answer: Answered): Promise<Json[]> => {
    const files = await readdir(folder).catch(() => [])
    const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
    const rows = texts.flatMap((text) =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Json),
    )
    return rows.filter(({ type, id }) => type === 'feedback' && id === answer.headers['x-generation-id'])
  }
  const seen = (answer: Answered, times: number) => expect.poll(() => judged(answer)).toHaveLength(times)
  const session = { session_id: 'signals' }
  const asked = (content: string) => ask('signals', { ...session, messages: [{ role: 'user', content }] })
  const first = await asked('How do I sort a list of dictionaries by a key in Python?')
  const second = await asked('How can I sort a list of dictionaries by a key in python, please?')
  const third = await asked('And how do I write the result into a file with tabs between the columns?')
  await seen(second, 1)
  expect(await judged(first)).toMatchObject([
    { signal: 'rephrased', score: 0, weight: 0.25, counted: true, task: 'signals' },
  ])
  expect(await judged(second)).toMatchObject([{ signal: 'went_on', score: 1, counted: true }])
  const body = { generation_id: third.headers['x-generation-id'], score: 1 }
  expect((await send(`${router.url}/v1/feedback`, { body })).json).toMatchObject({ data: { counted: true } })
  await asked('And how do I write the result into a file with tabs between the columns?')
  await seen(third, 2)
  expect((await judged(third)).at(-1)).toMatchObject({ signal: 'repeated', counted: false })
})

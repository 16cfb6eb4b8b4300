/** A strong model is asked in the background whether a selector's answers are right, over real sockets. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Answered, send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  const provider = (price: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt: price, completion: price },
  })
  const selector = (judge: Json) => ({ select: { from: ['cheap', 'strong'], min_quality: 0, judge } })
  router = await startRouter({
    config: {
      providers: { low: provider(1), high: provider(20) },
      models: {
        cheap: { endpoints: ['low/cheap'] },
        strong: { endpoints: ['high/strong'] },
        auto: selector({ model: 'strong', share: 1, budget: 10 }),
        poor: selector({ model: 'strong', share: 1, budget: 0.000001 }),
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const ask = (model: string, content: string, more: Json = {}): Promise<Answered> =>
  send(`${router.url}/v1/chat/completions`, { body: { model, messages: [{ role: 'user', content }], ...more } })

async function lines(): Promise<Json[]> {
  const folder = join(router.stateDirectory, 'outcomes')
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  return files.flatMap((text) =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Json),
  )
}

it.each([[false], [true]])('an answer is judged after it was given (stream: %s)', async (stream) => {
  upstream.clear()
  upstream.script('cheap', reply({ text: 'PARIS-ANSWER' }))
  upstream.script('strong', reply({ text: 'no' }))
  let answer = await ask('auto', 'CAPITAL-QUESTION', { stream })
  // Two of a hundred go to the other model.
  while (!String(answer.headers['x-router-endpoint']).includes('cheap'))
    answer = await ask('auto', 'CAPITAL-QUESTION', { stream })
  const id = answer.headers['x-generation-id']
  await expect
    .poll(async () => (await lines()).filter((line) => line.type === 'feedback' && line.id === id))
    .toMatchObject([{ signal: 'judge', score: 0, weight: 0.5, counted: true }])
  const asked = upstream.requestsFor('strong').map(({ json }) => JSON.stringify(json))
  expect(asked.some((body) => body.includes('CAPITAL-QUESTION') && body.includes('PARIS-ANSWER'))).toBe(true)
  // What it cost is on record as of any request; what was asked is not.
  const all = await lines()
  expect(all.some((line) => line.requested_model === 'strong' && line.type === undefined)).toBe(true)
  expect(JSON.stringify(all)).not.toMatch(/CAPITAL-QUESTION|PARIS-ANSWER/)
})

it('nobody is asked beyond the budget', async () => {
  upstream.clear()
  for (let time = 0; time < 3; time++) expect((await ask('poor', 'hi')).status).toBe(200)
  const id = (await ask('auto', 'LAST')).headers['x-generation-id']
  await expect.poll(async () => (await lines()).some((line) => line.id === id)).toBe(true)
  const asked = upstream.requestsFor('strong').map(({ json }) => JSON.stringify(json))
  expect(asked.filter((body) => body.includes('Is the answer right') && !body.includes('LAST'))).toEqual([])
})

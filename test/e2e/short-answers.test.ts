/** An endpoint that turns to answering "Sorry." is told of, in every place where an operator may look. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let [rude, polite]: Upstream[] = []
let router: Router
let receiver: Server
const events: Json[] = []
const LONG = reply({ usage: { input: 10, output: 120 } })

beforeAll(async () => {
  rude = await startUpstream()
  polite = await startUpstream()
  for (const upstream of [rude, polite]) upstream.script('m', LONG)
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    events.push(...(JSON.parse(Buffer.concat(chunks).toString()).events ?? []))
    response.end()
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const provider = ({ url }: Upstream) => ({ plugin: 'openai-compatible', base_url: url, api_key: 'sk-upstream' })
  router = await startRouter({
    config: {
      providers: { rude: provider(rude), polite: provider(polite) },
      models: { m: { endpoints: ['rude/m', 'polite/m'] } },
      stats: { flush: '1s' },
      observers: [
        {
          plugin: 'webhook',
          options: { url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`, interval_ms: 50 },
        },
      ],
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([rude?.close(), polite?.close()])
  receiver?.close()
})

async function ask(only: string, times: number): Promise<void> {
  const body = { model: 'm', messages: [{ role: 'user', content: 'hi' }], provider: { only: [only] } }
  for (let time = 0; time < times; time++)
    expect((await send(`${router.url}/v1/chat/completions`, { body })).status).toBe(200)
}

it('once when it begins, and once when it is over', async () => {
  await ask('rude', 25)
  await ask('polite', 25)
  rude!.script('m', reply({ text: 'Sorry.', usage: { input: 10, output: 2 } }))
  const began = router.waitForLog(/"endpoint":"rude\/m".*answers much shorter than the model's others/)
  await ask('rude', 12)
  await began
  await expect
    .poll(() => events)
    .toContainEqual({
      event: 'short_answers',
      state: 'began',
      time: expect.any(Number),
      endpoint: 'rude/m',
      model: 'm',
      length_ratio: expect.any(Number),
    })
  const metrics = (await send(`${router.url}/metrics`)).text
  const [, ratio] = /commonroute_answer_length_ratio\{endpoint="rude\/m"\} (\S+)/.exec(metrics) ?? []
  expect(Number(ratio)).toBeLessThan(1 / 3)

  const stats = async (...flags: string[]) => (await router.cli('stats', ...flags)).stdout
  await expect
    .poll(() => stats(), { interval: 500 })
    .toMatch(/! Short answers\n +rude\/m +its answers are .*% as long as those of the model's other endpoints/)
  expect(await stats('--beliefs')).toMatch(/rude\/m .* ! 0\.\d\dx/)
  const { rows } = JSON.parse(await stats('--beliefs', '--json')) as { rows: Json[] }
  const row = rows.find(({ endpoint }) => endpoint === 'rude/m')!
  expect(row.length_ratio).toBeLessThan(1 / 3)
  expect(row.beliefs).toMatchObject({ length_ratio: expect.any(Number), waking_ms: 0, lately: expect.any(Number) })

  rude!.script('m', LONG)
  const ended = router.waitForLog(/"endpoint":"rude\/m".*about as long as the others' again/)
  await ask('rude', 60)
  await ended
  await expect
    .poll(() => events.filter(({ event }) => event === 'short_answers').map(({ state }) => state))
    .toEqual(['began', 'ended'])
})

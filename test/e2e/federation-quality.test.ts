/**
 * What three routers' clients say of models' answers, the selector of a fourth one knows on its first day: routers and
 * their private hub, each a process.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import type { ModelQuality } from '../../src/federation/protocol/quality-types.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { generation } from '../helpers/generation.ts'
import { type Answered, send } from '../helpers/http.ts'
import { type HubProcess, startHubProcess } from '../helpers/hub-process.ts'
import { type Router, runRouter, startRouter } from '../helpers/router.ts'
import { reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const CODE = 'Fix the bug in this python function: def f(x): return x +'
const MATHS = 'Solve the equation 3 x + 5 = 17 and prove that the solution is unique.'

let upstream: Upstream
let hub: HubProcess
let hubFolder: string
const folders: string[] = []
const routers: Router[] = []

function config() {
  const provider = (price: number) => ({
    plugin: 'openai-compatible',
    base_url: upstream.url,
    api_key: 'sk-upstream',
    price: { prompt: price, completion: price },
  })
  const cheap = { endpoints: ['low/gpt-4o-mini'] }
  const strong = { endpoints: ['high/gpt-4o'] }
  return {
    providers: { low: provider(1), high: provider(20) },
    models: {
      cheap,
      strong,
      again: cheap,
      more: strong,
      // Always the same public model, and the router looks what kind of work it is for.
      'only-cheap': { select: { from: ['cheap', 'again'] } },
      'only-strong': { select: { from: ['strong', 'more'] } },
      auto: { select: { from: ['cheap', 'strong'], min_quality: 0.9 } },
    },
    federation: { providers: { low: 'openai', high: 'openai' } },
  }
}

async function member(invite: string): Promise<Router> {
  const directory = await temporaryDirectory()
  folders.push(directory)
  await writeFile(join(directory, 'config.yaml'), stringify(config()))
  const joined = await runRouter(['federation', 'join', hub.url, '--invite', invite, '--yes'], directory)
  expect(joined, joined.stderr).toMatchObject({ code: 0 })
  const router = await startRouter({ config: config(), directory })
  routers.push(router)
  return router
}

const ask = (router: Router, model: string, content: string): Promise<Answered> =>
  send(`${router.url}/v1/chat/completions`, { body: { model, messages: [{ role: 'user', content }] } })

async function judge(router: Router, model: string, content: string, score: number): Promise<void> {
  const { headers } = await ask(router, model, content)
  const body = { generation_id: headers['x-generation-id'], score }
  expect((await send(`${router.url}/v1/feedback`, { body })).json).toMatchObject({ data: { counted: true } })
}

beforeAll(async () => {
  hubFolder = await temporaryDirectory()
  upstream = await startUpstream()
  for (const model of ['gpt-4o-mini', 'gpt-4o']) upstream.script(model, reply({ usage: { input: 10, output: 10 } }))
  hub = await startHubProcess(hubFolder, ['--private', '--epoch', '3s'])
})

afterAll(async () => {
  await Promise.all(routers.map((router) => router.stop()))
  await hub?.stop()
  await upstream?.close()
  await Promise.all([hubFolder, ...folders].map(removeDirectory))
})

test('which cheaper model is good enough for which kind of work', async () => {
  const [invite] = await hub.invite('--uses', '5')
  const three = [await member(invite!), await member(invite!), await member(invite!)]
  for (const router of three)
    for (let count = 0; count < 12; count++) {
      await judge(router, 'only-cheap', CODE, 1)
      await judge(router, 'only-strong', CODE, 1)
      await judge(router, 'only-cheap', MATHS, 0)
      await judge(router, 'only-strong', MATHS, 1)
    }
  const readKey = JSON.parse((await runRouter(['hub', 'read-key', '--json'], hubFolder)).stdout).read_key as string
  const headers = { authorization: `Bearer ${readKey}` }
  const published = async () =>
    ((await send(`${hub.url}/v1/map.json`, { headers })).json as { quality?: ModelQuality[] }).quality ?? []
  const found = async (model: string, type: string) =>
    (await published()).find((row) => row.model === model && row.type === type)
  // 36, and a little less for each epoch that passes: on a busy machine these are many.
  await expect
    .poll(async () => (await found('openai/gpt-4o-mini', 'maths'))?.good?.n, { interval: 1_000 })
    .toBeGreaterThan(24)
  expect(await found('openai/gpt-4o-mini', 'maths')).toMatchObject({ members: 3, good: { share: 0 } })
  expect(await found('openai/gpt-4o', 'maths')).toMatchObject({ good: { share: 1 } })
  expect(await found('openai/gpt-4o-mini', 'code')).toMatchObject({ good: { share: 1 } })

  const fourth = await member(invite!)
  await fourth.waitForLog(/A map of the hub is in use/, 0)
  const chosen = async (content: string) => {
    const answer = await ask(fourth, 'auto', content)
    const { selection } = await generation(fourth.url, answer.headers['x-generation-id'])
    return (selection as { models: { model: string; propensity: number; prior: string }[] }).models
  }
  const propensity = async (model: string, content: string) =>
    (await chosen(content)).find((each) => each.model === model)!.propensity
  // Before its own requests have said anything of what they cost.
  expect(await propensity('cheap', CODE)).toBeGreaterThan(0.6)
  expect(await propensity('strong', MATHS)).toBeGreaterThan(0.9)
  expect((await chosen(MATHS)).map(({ prior }) => prior)).toEqual([
    expect.stringContaining('map'),
    expect.stringContaining('map'),
  ])
})

/** One company's routers and their private hub, each a process: what one sees the next one knows. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type HubProcess, startHubProcess } from '../helpers/hub-process.ts'
import { type Router, runRouter, startRouter } from '../helpers/router.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const MODEL = 'gpt-4o-mini'

let hubFolder: string
let hub: HubProcess
let [fine, shaky]: Upstream[] = []
const folders: string[] = []
const routers: Router[] = []

const config = () => ({
  providers: {
    fine: { plugin: 'openai-compatible', base_url: fine!.url, api_key: 'sk-fine' },
    shaky: { plugin: 'openai-compatible', base_url: shaky!.url, api_key: 'sk-shaky' },
  },
  models: { m: { endpoints: [`fine/${MODEL}`, `shaky/${MODEL}`] } },
  federation: { providers: { fine: 'openai', shaky: 'openrouter' }, models: [`shaky/${MODEL}`] },
})

async function member(invite: string): Promise<Router> {
  const directory = await temporaryDirectory()
  folders.push(directory)
  await writeFile(join(directory, 'config.yaml'), stringify(config()))
  const joined = await runRouter(['federation', 'join', hub.url, '--invite', invite, '--yes'], directory)
  expect(joined).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/This hub is private: your reports are exact.*exactly, without noise/s),
  })
  const router = await startRouter({ config: config(), directory })
  routers.push(router)
  return router
}

const chat = (router: Router, only?: string) =>
  send(`${router.url}/v1/chat/completions`, {
    body: {
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      stream: true,
      ...(only && { provider: { only: [only] } }),
    },
  })

beforeAll(async () => {
  hubFolder = await temporaryDirectory()
  fine = await startUpstream()
  shaky = await startUpstream()
  for (const upstream of [fine, shaky]) upstream.script(MODEL, reply({ usage: { input: 10, output: 10 } }))
  hub = await startHubProcess(hubFolder, ['--private', '--epoch', '4s', '--name', 'Our hub'])
})

afterAll(async () => {
  await Promise.all(routers.map((router) => router.stop()))
  await hub?.stop()
  await Promise.all([fine?.close(), shaky?.close()])
  await Promise.all([hubFolder, ...folders].map(removeDirectory))
})

test('what three requests of one router show, the next router begins with', async () => {
  // One invite for all: each counts by itself.
  const [invite] = await hub.invite('--uses', '5')
  const first = await member(invite!)
  for (let count = 0; count < 3; count++) for (const only of ['fine', 'shaky']) await chat(first, only)
  await hub.waitForLog(/"cells":[1-9].*A map is published/)

  const readKey = JSON.parse((await runRouter(['hub', 'read-key', '--json'], hubFolder)).stdout).read_key as string
  expect((await send(`${hub.url}/v1/map.json`)).status).toBe(401)
  expect((await send(`${hub.url}/`)).status).toBe(401)
  const headers = { authorization: `Bearer ${readKey}` }
  const map = async () =>
    (await send(`${hub.url}/v1/map.json`, { headers })).json as { cells?: { provider: string; members: number }[] }
  await expect.poll(async () => (await map()).cells?.length ?? 0).toBeGreaterThan(0)
  const cell = (await map()).cells!.find((own) => 'class' in own && 'continent' in own)
  expect(cell).toMatchObject({ model: MODEL, members: 1 })
  expect((await send(`${hub.url}/`, { headers })).text).toContain(MODEL)

  const second = await member(invite!)
  await second.waitForLog(/A map of the hub is in use/, 0)
  const status = async () => JSON.parse((await second.cli('federation', 'status', '--json')).stdout)
  await expect.poll(async () => (await status()).endpoints?.with_prior).toBe(2)
  expect(await status()).toMatchObject({ private: true, k: 1, noise: false, at_hub: { status: 'active', trust: 1 } })

  // Two members agree, the second as soon as it has reported.
  for (let count = 0; count < 3; count++) await chat(second, 'shaky')
  const reporting = async () =>
    (await map()).cells!.filter(({ provider }) => provider === 'openrouter').map(({ members }) => members)
  await expect.poll(reporting, { interval: 500 }).toContain(2)
  const third = await member(invite!)
  await third.waitForLog(/A map of the hub is in use/, 0)
  shaky!.script(MODEL, faults.status(503))
  const warned = third.waitForLog(/"provider":"openrouter".*Other routers agree that an endpoint fails/, 0)
  for (const router of [first, second]) for (let count = 0; count < 6; count++) await chat(router, 'shaky')
  await warned
  expect((await chat(third)).headers['x-router-endpoint']).toBe(`fine/${MODEL}`)

  const list = (await runRouter(['hub', 'members', 'list', '--json'], hubFolder)).stdout
  const members = JSON.parse(list).members as { id: string; cohort: string; reports: number }[]
  expect(new Set(members.map(({ cohort }) => cohort)).size).toBe(3)
  expect(members[0]!.reports).toBeGreaterThan(0)
})

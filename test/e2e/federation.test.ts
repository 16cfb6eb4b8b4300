/**
 * Three routers, a hub and two providers, each a process or server of its own: what they know together, and what a
 * fourth router gains by it.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { importPublicKey } from '../../src/federation/protocol/keys.ts'
import { unseal, verifySealed } from '../../src/federation/protocol/signed.ts'
import { checkIncidents, checkMap } from '../../src/federation/protocol/validate.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type HubProcess, startHubProcess } from '../helpers/hub-process.ts'
import { type Router, runRouter, startRouter } from '../helpers/router.ts'
import type { Behaviour, Json } from '../helpers/upstream/types.ts'
import { faults, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const MODEL = 'gpt-4o-mini'
const MEMBERS = 3
/** Of each router to each endpoint. */
const REQUESTS = 20
const TAKES_MS = 200
/** Epochs of four seconds: the map comes some seconds after the end of one, and members fetch it soon after. */

let hubFolder: string
let hub: HubProcess
let [steady, shaky]: Upstream[] = []
const folders: string[] = []
const routers: Router[] = []

const config = (): Json => ({
  providers: {
    steady: { plugin: 'openai-compatible', base_url: steady!.url, api_key: 'sk-steady' },
    shaky: { plugin: 'openai-compatible', base_url: shaky!.url, api_key: 'sk-shaky' },
  },
  models: { m: { endpoints: [`steady/${MODEL}`, `shaky/${MODEL}`] } },
  federation: { providers: { steady: 'openai', shaky: 'openrouter' }, models: [`shaky/${MODEL}`] },
})

/** A router that has joined with an invite of its own. */
async function member(invite: string): Promise<Router> {
  const directory = await temporaryDirectory()
  folders.push(directory)
  await writeFile(join(directory, 'config.yaml'), stringify(config()))
  const join_ = [
    'federation',
    'join',
    hub.url,
    '--invite',
    invite,
    '--yes',
    '--no-noise',
    '--continent',
    'EU',
    '-c',
    'config.yaml',
  ]
  const joined = await runRouter(join_, directory)
  expect(joined).toMatchObject({ code: 0 })
  const router = await startRouter({ config: config(), directory })
  routers.push(router)
  return router
}

const chat = (router: Router, only: string) =>
  send(`${router.url}/v1/chat/completions`, {
    body: { model: 'm', messages: [{ role: 'user', content: 'hi' }], stream: true, provider: { only: [only] } },
  })

async function opened<Document>(path: string, type: string, check: (value: unknown) => Document): Promise<Document> {
  const [{ json }, response] = [await send(`${hub.url}/v1/hub`), await fetch(`${hub.url}${path}`)]
  expect(response.status).toBe(200)
  return check(
    verifySealed(type, unseal(Buffer.from(await response.arrayBuffer())), importPublicKey(String(json?.key))),
  )
}

beforeAll(async () => {
  hubFolder = await temporaryDirectory()
  steady = await startUpstream()
  shaky = await startUpstream()
  const answer = reply({ usage: { input: 10, output: 10 } })
  // Of milliseconds a busy machine makes very different ones for each router, which nobody would publish together.
  const takingTime: Behaviour = async (exchange) => {
    await setTimeout(TAKES_MS)
    return answer(exchange)
  }
  for (const upstream of [steady, shaky]) upstream.script(MODEL, takingTime)
  hub = await startHubProcess(hubFolder, ['--k', String(MEMBERS), '--epoch', '4s', '--name', 'Test hub'])
})

afterAll(async () => {
  await Promise.all(routers.map((router) => router.stop()))
  await hub?.stop()
  await Promise.all([steady?.close(), shaky?.close()])
  await Promise.all([hubFolder, ...folders].map(removeDirectory))
})

test('three routers make a map that a fourth one starts with, and warn it of an endpoint that fails', async () => {
  const [newcomers, ...invites] = await hub.invite('--count', String(MEMBERS + 1), '--vouched')
  const members = await Promise.all(invites.map(member))
  for (const router of members) {
    for (const only of ['steady', 'shaky']) {
      const answers = await Promise.all(Array.from({ length: REQUESTS }, () => chat(router, only)))
      expect(answers.map(({ status }) => status)).toEqual(new Array(REQUESTS).fill(200))
    }
  }

  await hub.waitForLog(/"cells":[1-9].*A map is published/)
  // The page and the map are read from the database, every second. An earlier one has what members offer, no figures.
  await expect.poll(async () => (await opened('/v1/map', 'map', checkMap)).cells.length).toBeGreaterThan(0)
  const map = await opened('/v1/map', 'map', checkMap)
  expect(map).toMatchObject({ k: MEMBERS, epoch_seconds: 4, members: MEMBERS })
  const cell = map.cells.find(({ model, continent }) => model === MODEL && continent === 'EU')
  expect(cell).toMatchObject({
    class: 'chat.lt1k.plain',
    members: MEMBERS,
    success: { a: expect.any(Number), b: expect.any(Number) },
  })
  expect(Object.keys(cell!).join()).toMatch(/ttft|total/)
  const page = await send(`${hub.url}/`)
  expect(page.text).toContain(MODEL)
  expect(JSON.stringify(map) + page.text).not.toMatch(/steady|shaky|sk-/)

  // Without a request of its own.
  const fourth = await member(newcomers!)
  await fourth.waitForLog(/A map of the hub is in use/, 0)
  const status = async () => JSON.parse((await fourth.cli('federation', 'status', '--json')).stdout)
  // Its status is on disk within ten seconds.
  await expect.poll(async () => (await status()).endpoints?.with_prior).toBeGreaterThan(0)
  expect(await status()).toMatchObject({
    at_work: true,
    map: { cells: expect.any(Number), members: MEMBERS },
    at_hub: { status: 'active', trust: 1 },
    endpoints: { public: 2 },
  })

  shaky!.script(MODEL, faults.status(503))
  const warned = fourth.waitForLog(/"provider":"openrouter".*Other routers agree that an endpoint fails/, 0)
  for (const router of members) for (let i = 0; i < 6; i++) await chat(router, 'shaky')
  await warned
  const { incidents } = await opened('/v1/incidents', 'incidents', checkIncidents)
  expect(incidents).toEqual([
    expect.objectContaining({ provider: 'openrouter', model: MODEL, region: '-', members: MEMBERS }),
  ])
  const answer = await send(`${fourth.url}/v1/chat/completions`, {
    body: { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  })
  expect(answer.headers['x-router-endpoint']).toBe(`steady/${MODEL}`)

  expect(await fourth.cli('federation', 'leave')).toMatchObject({ code: 0 })
  const { stdout } = await runRouter(['hub', 'members', 'list', '--json'], hubFolder)
  // Those who left are not listed.
  expect(JSON.parse(stdout).members).toHaveLength(MEMBERS)
})

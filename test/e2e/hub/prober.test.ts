/** A hub and a prober of its own, as processes, against a scripted provider. */
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { unseal } from '../../../src/federation/protocol/signed.ts'
import type { HubMap } from '../../../src/federation/protocol/types.ts'
import { checkMap } from '../../../src/federation/protocol/validate.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'
import { type HubProcess, startHubProcess } from '../../helpers/hub-process.ts'
import { copyPglite } from '../../helpers/pglite.ts'
import { runRouter, spawnRouter, watchOutput } from '../../helpers/router.ts'
import { sendJson } from '../../helpers/upstream/reply.ts'
import { reply, startUpstream, type Upstream } from '../../helpers/upstream.ts'

let directory: string
let upstream: Upstream
const hubs = new Set<HubProcess>()
const children = new Set<ReturnType<typeof spawnRouter>>()
beforeEach(async () => {
  directory = await temporaryDirectory()
  upstream = await startUpstream()
  await copyPglite(join(directory, '.router-hub/pglite'))
})
afterEach(async () => {
  for (const hub of hubs) await hub.stop()
  hubs.clear()
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL')
  children.clear()
  await upstream.close()
  await removeDirectory(directory)
})

const CHAT = 'llama-3.3-70b-versatile'
const EMBEDDING = 'scripted-embedding'
/** The scripted provider under a public name. */
const configOf = (probes: object = {}) => ({
  providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'none' } },
  federation: { providers: { up: 'groq' }, models: [`up/${EMBEDDING}`, 'up/scripted-other'] },
  probes: { models: [`up/${CHAT}`], interval: '1s', place: 'fra', continent: 'EU', budget_usd: 5, ...probes },
})
async function writeProbes(probes: object = {}): Promise<string> {
  const file = join(directory, 'probes.yaml')
  await writeFile(file, stringify(configOf(probes)))
  return file
}
async function startHub(...flags: string[]): Promise<HubProcess> {
  const hub = await startHubProcess(directory, ['--epoch', '6s', '--k', '2', ...flags])
  hubs.add(hub)
  return hub
}
async function stop(hub: HubProcess): Promise<number | null> {
  hubs.delete(hub)
  return hub.stop()
}
async function mapOf({ url }: HubProcess): Promise<HubMap | undefined> {
  const answer = await fetch(`${url}/v1/map`)
  if (!answer.ok) return undefined
  return checkMap(JSON.parse(unseal(Buffer.from(await answer.arrayBuffer())).payload.toString()))
}
/** The map's probes once they are as wanted. */
async function probesWhen(hub: HubProcess, wanted: (probes: NonNullable<HubMap['probes']>) => boolean) {
  let probes: NonNullable<HubMap['probes']> = []
  const look = async () => (probes = (await mapOf(hub))?.probes ?? [])
  await expect.poll(look, { interval: 100 }).toSatisfy(wanted)
  return probes
}
/** Settles when the hub has refused so many more offers, of which a prober makes four in the time of a question. */
const refusals = (hub: HubProcess, count: number) =>
  hub.waitForLog(new RegExp(`(?:"route":"/v1/probes","status":4[^]*?){${count}}`))
const spentToday = async (state: string): Promise<number> =>
  (JSON.parse(await readFile(join(directory, state, 'budget.json'), 'utf8')) as { usd: number }).usd

test('a hub asks streams, whole answers, tools and JSON of a chat, and an embedding; all of it is in the map', async () => {
  const file = await writeProbes({
    models: [`up/${CHAT}`, 'up/scripted-*'],
    operations: { [`up/${EMBEDDING}`]: 'embedding' },
    interval: '1s',
  })
  // Long prompts take the tokens that they have.
  upstream.script(CHAT, (exchange) =>
    reply({ usage: { input: Math.round(exchange.request.body.length / 5), output: 20 } })(exchange),
  )
  const hub = await startHub('--probes', file)
  const probes = await probesWhen(hub, (all) => new Set(all.map(({ class: workload }) => workload)).size >= 4)
  const byClass = new Map(probes.filter(({ model }) => model !== 'scripted-other').map((cell) => [cell.class, cell]))
  expect([...byClass.keys()].sort()).toEqual([
    'chat.lt1k.plain',
    'chat.lt1k.structured',
    'chat.lt8k.plain',
    'embedding.lt1k.plain',
  ])
  expect(byClass.get('chat.lt1k.plain')).toMatchObject({
    provider: 'groq',
    model: CHAT,
    region: '-',
    source: 'probe',
    continent: 'EU',
    ttft: { n: expect.any(Number) },
    success: { b: 0 },
  })
  expect(byClass.get('embedding.lt1k.plain')).toMatchObject({ model: EMBEDDING, total: expect.anything() })
  const asked = upstream.requestsFor(CHAT).map(({ json, stream }) => ({ ...json, stream }))
  expect(asked.some(({ stream }) => !stream)).toBe(true)
  expect(asked.some((json) => 'tools' in json)).toBe(true)
  const prompts = asked.map((json) => JSON.stringify((json as { messages?: unknown }).messages))
  expect(new Set(prompts).size).toBe(prompts.length)
  expect(await stop(hub)).toBe(0)
})

test('nothing is sent beyond the budget, also after a restart', async () => {
  const file = await writeProbes({ budget_usd: 0.008, max_output_tokens: 16, chats: ['stream'] })
  const hub = await startHub('--probes', file)
  await hub.waitForLog(/budget for probes is spent/, 0)
  const spent = await spentToday('.router-hub/probes')
  expect(spent).toBeLessThanOrEqual(0.008)
  const sent = upstream.requests.length
  expect(sent).toBeGreaterThan(0)
  await hub.kill9()
  hubs.delete(hub)
  const again = await startHub('--probes', file)
  await again.waitForLog(/budget for probes is spent/, 0)
  expect(upstream.requests.length).toBe(sent)
})

test('two failures in a row are evidence, and an answer takes it back; tools called badly are malformed', async () => {
  const failing = ({ response }: { response: import('node:http').ServerResponse }) => response.writeHead(500).end('{}')
  upstream.script(CHAT, failing, failing, failing, reply())
  const file = await writeProbes({ chats: ['stream'] })
  const hub = await startHub('--probes', file)
  const probes = await probesWhen(hub, ([cell]) => cell?.success !== undefined && cell.success.a > 0)
  expect(probes[0]!.success!.b).toBeGreaterThan(0)
  await stop(hub)

  upstream.clear()
  upstream.script(CHAT, (exchange) =>
    'tools' in exchange.request.json
      ? reply({ toolCalls: [{ id: 'a', name: 'record_weather', arguments: '{"city": "Par' }] })(exchange)
      : reply()(exchange),
  )
  const bad = await startHub('--probes', await writeProbes({ chats: ['stream', 'tools'] }))
  const structured = await probesWhen(bad, (all) =>
    all.some((cell) => cell.class.endsWith('.structured') && (cell.success?.b ?? 0) > 0),
  )
  expect(structured.length).toBeGreaterThan(0)
})

test('what cannot be asked is said once, and nothing is counted: no such model, a wrong key', async () => {
  upstream.script(CHAT, (exchange) => sendJson(exchange, 401, { error: { message: 'Invalid API key' } }))
  const other = 'scripted-other'
  const hub = await startHub('--probes', await writeProbes({ models: [`up/${CHAT}`, `up/${other}`] }))
  await hub.waitForLog(/cannot be asked/, 0)
  // Each would be asked as often as the other one.
  await upstream.waitFor(upstream.requestsFor(other).length + 3, other)
  expect(upstream.requestsFor(CHAT)).toHaveLength(1)
  const probes = await probesWhen(hub, (all) => all.length > 0)
  expect(new Set(probes.map(({ model }) => model))).toEqual(new Set([other]))
})

test('a prober elsewhere: joins once, keeps what a hub that is away does not take, and goes on after a restart', async () => {
  const hub = await startHub()
  const [invite] = await hub.invite('--role', 'prober')
  const file = await writeProbes({ place: 'nyc', continent: 'NA' })
  const start = (...flags: string[]) => {
    const child = spawnRouter(['hub', 'probe', '--hub', hub.url, '--config', file, ...flags], directory)
    children.add(child)
    return { child, output: watchOutput(child), exited: once(child, 'close').then(([code]) => code as number | null) }
  }
  const unknown = start()
  expect(await unknown.exited).toBe(3)
  expect(unknown.output.text()).toContain('router hub invite --role prober')

  const first = start('--invite', invite!)
  const [cell] = await probesWhen(hub, (all) => all.length > 0)
  expect(cell).toMatchObject({ continent: 'NA', model: CHAT })

  const port = new URL(hub.url).port
  await stop(hub)
  await first.output.waitFor(/waits: the hub does not take it/, 0)
  const { length } = upstream.requests
  await upstream.waitFor(length + 2)
  first.child.kill('SIGTERM')
  expect(await first.exited).toBe(0)
  const waiting = JSON.parse(await readFile(join(directory, '.router-prober/outbox.json'), 'utf8'))
  expect(waiting.results.length + (waiting.batch?.results.length ?? 0)).toBeGreaterThan(0)

  const back = await startHub('--port', port)
  const second = start()
  const before = cell!.n
  await second.output.waitFor(/Measuring 1 endpoint/, 0)
  await probesWhen(back, ([own]) => own !== undefined && own.n > before)
  second.child.kill('SIGTERM')
  expect(await second.exited).toBe(0)
})

test('a prober that is suspended asks nothing, also after a restart, until it is resumed', async () => {
  const hub = await startHub()
  const [invite] = await hub.invite('--role', 'prober')
  const file = await writeProbes({ chats: ['stream'] })
  const start = (...flags: string[]) => {
    const child = spawnRouter(['hub', 'probe', '--hub', hub.url, '--config', file, ...flags], directory)
    children.add(child)
    return { child, output: watchOutput(child), exited: once(child, 'close') }
  }
  const first = start('--invite', invite!)
  await probesWhen(hub, (all) => all.length > 0)
  const { stdout } = await runRouter(['hub', 'members', 'list', '--json'], directory)
  const { id } = (JSON.parse(stdout) as { members: { id: string }[] }).members[0]!
  const operator = (verb: string) => runRouter(['hub', 'members', verb, '--', id], directory)
  expect((await operator('suspend')).code).toBe(0)
  await first.output.waitFor(/takes nothing of this prober.*until it does again|suspended/s, 0)
  const { length } = upstream.requests
  await refusals(hub, 12)
  expect(upstream.requests.length).toBeLessThanOrEqual(length + 1)
  expect(await probesWhen(hub, (all) => all.length === 0)).toEqual([])
  first.child.kill('SIGTERM')
  await first.exited

  const asked = upstream.requests.length
  const second = start()
  await second.output.waitFor(/suspended/, 0)
  await refusals(hub, 8)
  expect(upstream.requests.length).toBe(asked)
  expect((await operator('resume')).code).toBe(0)
  await second.output.waitFor(/takes what is measured again/, 0)
  await upstream.waitFor(asked + 1)
})

test.each([
  ['no section', { providers: { openai: { api_key: 'k' } } }, /no section "probes"/],
  ['a misspelt key', () => configOf({ intervall: '1m' }), /probes\.yaml:\d+:\d+.*intervall/s],
  ['no budget', () => ({ ...configOf(), probes: { models: [`up/${CHAT}`] } }), /budget_usd/],
  ['a provider that is not there', () => configOf({ models: ['grok/*'] }), /no provider "grok"/],
  ['nothing public', () => ({ ...configOf(), federation: {} }), /public name/],
])('%s: the start says what is wrong, where', async (_, config, message) => {
  const file = join(directory, 'probes.yaml')
  await writeFile(file, stringify(typeof config === 'function' ? config() : config))
  const child = spawnRouter(['hub', 'serve', '--port', '0', '--probes', file], directory)
  children.add(child)
  const output = watchOutput(child)
  const [code] = await once(child, 'close')
  expect(output.text()).toMatch(message)
  expect(code).toBe(3)
})

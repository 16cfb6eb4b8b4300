/** The config file changes while the router runs. */
import { mkdir, rm } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { open, parseSse } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { Gate, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

let one: Upstream
let two: Upstream
let router: Router

const configOver = (upstream: Upstream, more: Json = {}): Json => ({
  providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
  models: { m: { endpoints: ['up/m'] } },
  ...more,
})
const answerer = async (): Promise<string> => dialects.openai.text(await ask(router.url, 'openai', 'm', false))

/** Changes the file and waits until the router says that it took, or refused, it. */
async function change(write: () => Promise<unknown> | unknown, outcome: RegExp): Promise<string> {
  const since = router.logs().length
  const told = router.waitForLog(outcome, since)
  await write()
  await told
  return router.logs().slice(since)
}
const TAKEN = /reloaded|new configuration/i
const REFUSED = /refused|stays in use|old configuration/i

beforeAll(async () => {
  one = await startUpstream({ text: 'One.' })
  two = await startUpstream({ text: 'Two.' })
  router = await startRouter({ config: configOver(one) })
})
beforeEach(async () => {
  if ((await answerer()) !== 'One.') await change(() => router.writeConfig(configOver(one)), TAKEN)
})
afterAll(async () => {
  await router?.stop()
  await Promise.all([one?.close(), two?.close()])
})

describe('a valid change', () => {
  it('is taken without dropping a running stream', async () => {
    const gate = new Gate()
    one.script('m', reply({ gate, text: 'A long answer from one.', chunks: 6 }))
    const incoming = await open(`${router.url}/v1/chat/completions`, { body: dialects.openai.request('m', true) })
    await change(() => router.writeConfig(configOver(two)), TAKEN)
    expect(await answerer()).toBe('Two.')
    gate.release(Number.POSITIVE_INFINITY)
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const text = Buffer.concat(chunks).toString()
    const answer = { status: 200, headers: {}, text, json: undefined, events: parseSse(text) }
    expect(dialects.openai.text(answer)).toBe('A long answer from one.')
    expect(dialects.openai.complete(answer)).toBe(true)
    one.clear()
  })

  it('adds models and keys, and keeps what was learned', async () => {
    await answerer()
    const models = { m: { endpoints: ['up/m'] }, n: { endpoints: ['up/n'] } }
    await change(() => router.writeConfig(configOver(one, { models, auth: { keys: ['sk-brand-new-key'] } })), TAKEN)
    expect((await ask(router.url, 'openai', 'n', false)).status).toBe(401)
    const headers = { authorization: 'Bearer sk-brand-new-key' }
    expect((await ask(router.url, 'openai', 'n', false, { headers })).status).toBe(200)
    const { json } = await ask(router.url, 'openai', 'm', false, { headers })
    expect(json).toMatchObject({ model: 'm' })
    await change(() => router.writeConfig(configOver(one)), TAKEN)
  })
})

describe('an invalid change is refused with its reason, and the old one stays', () => {
  it.each([
    ['broken YAML', 'providers: { up: [', /line \d+|:\d+:\d+/],
    [
      'an unknown key',
      'providers: { up: { plugin: openai-compatible, base_url: "http://x/v1" } }\nmodles: {}\n',
      /modles.*models/s,
    ],
    [
      'a missing variable',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the config file's own syntax
      'providers: { up: { plugin: openai, api_key: "${NOT_SET_ANYWHERE}" } }\n',
      /NOT_SET_ANYWHERE/,
    ],
    ['a missing plugin', 'providers: { up: { plugin: ./nowhere.ts } }\n', /nowhere/],
    ['an empty file', '', /\S/],
  ])('%s', async (_, text, reason) => {
    const told = await change(() => router.writeConfig(text), REFUSED)
    expect(told).toMatch(reason)
    expect(await answerer()).toBe('One.')
  })

  it('a file that is gone, or a folder in its place, on SIGHUP', async () => {
    await rm(router.configFile)
    expect(await change(() => router.signal('SIGHUP'), REFUSED)).toContain(router.configFile)
    expect(await answerer()).toBe('One.')
    await mkdir(router.configFile)
    expect(await change(() => router.signal('SIGHUP'), REFUSED)).toMatch(/EISDIR|folder|directory|cannot be read/)
    expect(await answerer()).toBe('One.')
    await rm(router.configFile, { recursive: true })
    await change(() => router.writeConfig(configOver(two)), TAKEN)
    expect(await answerer()).toBe('Two.')
  })
})

it('SIGHUP reads the file again, and refuses what is wrong with it too', async () => {
  await change(() => router.signal('SIGHUP'), /reload|unchanged/i)
  expect(await answerer()).toBe('One.')
  await change(() => router.writeConfig('providers: 17'), REFUSED)
  await change(() => router.signal('SIGHUP'), REFUSED)
  expect(await answerer()).toBe('One.')
})

/** The main job: real clients stream through a fail-over, and the command line tells what happened. */
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { GOOD, KEY, type Scene, startScene } from '../helpers/scene.ts'

let scene: Scene
let openaiId: string
beforeAll(async () => {
  scene = await startScene()
  const openai = new OpenAI({ baseURL: `${scene.router.url}/v1`, apiKey: KEY, maxRetries: 0 })
  const messages = [{ role: 'user' as const, content: 'A secret prompt' }]
  const { data, response } = await openai.chat.completions
    .create({ model: 'failover/openai', messages, stream: true })
    .withResponse()
  let text = ''
  for await (const { choices } of data) text += choices[0]?.delta.content ?? ''
  expect(text).toBe(GOOD)
  openaiId = response.headers.get('x-generation-id') ?? ''

  const anthropic = new Anthropic({ baseURL: scene.router.url, apiKey: KEY, maxRetries: 0 })
  expect(await anthropic.messages.stream({ model: 'failover/anthropic', max_tokens: 50, messages }).finalText()).toBe(
    GOOD,
  )
})
afterAll(() => scene?.close())

it('router explain tells candidates, attempts and outcomes, and neither prompt nor key', async () => {
  const told = await scene.router.cli('explain', openaiId)
  expect(told.code, told.stderr).toBe(0)
  for (const words of ['openai-wire/broken', 'openai-wire/good', 'provider_error', 'The server had an error'])
    expect(told.stdout).toContain(words)
  const asJson = await scene.router.cli('explain', openaiId, '--json')
  expect(JSON.parse(asJson.stdout)).toBeTypeOf('object')
  for (const output of [told.stdout, asJson.stdout, scene.router.logs()]) {
    for (const secret of ['A secret prompt', KEY, 'sk-upstream-secret']) expect(output).not.toContain(secret)
  }
})

it('router explain of an unknown id fails with a coded error', async () => {
  const told = await scene.router.cli('explain', 'gen-0-nothing')
  expect(told.code).not.toBe(0)
  expect(told.stderr).toContain('ROUTER_GENERATION_NOT_FOUND')
})

it('router stats counts every attempt, after the router has stopped too', async () => {
  scene.router.signal('SIGTERM')
  expect(await scene.router.exited).toBe(0)
  const { code, stdout, stderr } = await scene.router.cli('stats', '--json')
  expect(code, stderr).toBe(0)
  const { rows } = JSON.parse(stdout) as {
    rows: { endpoint: string; requests: number; outcomes: Record<string, number> }[]
  }
  const outcomes = Object.fromEntries(rows.map((row) => [row.endpoint, row.outcomes]))
  expect(outcomes).toEqual({
    'openai-wire/broken': { provider_error: 1 },
    'openai-wire/good': { ok: 1 },
    'anthropic-wire/broken': { provider_error: 1 },
    'anthropic-wire/good': { ok: 1 },
  })
  const table = await scene.router.cli('stats')
  for (const endpoint of Object.keys(outcomes)) expect(table.stdout).toContain(endpoint)
})

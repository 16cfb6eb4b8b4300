/**
 * OpenAI's Agents SDK in its default mode, Responses. It brings another major version of `openai`, and weighs more than
 * all other clients: the test is for where it is installed (npm i --no-save @openai/agents).
 */
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { spawnChild } from '../helpers/processes.ts'
import { GOOD, KEY, type Scene, startScene } from '../helpers/scene.ts'

const CLIENT = fileURLToPath(new URL('./clients/openai-agents.js', import.meta.url))

const installed = isInstalled()
if (!installed) console.warn('@openai/agents is not installed: its test is skipped.')

let scene: Scene
beforeAll(async () => {
  if (installed) scene = await startScene()
})
afterAll(() => scene?.close())

it.skipIf(!installed).each(['openai', 'anthropic', 'chat'])('works over an endpoint that speaks %s', async (wire) => {
  const child = spawnChild(process.execPath, [CLIENT, `${scene.router.url}/v1`, KEY, `good/${wire}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  })
  const [out, error] = await Promise.all([text(child.stdout!), text(child.stderr!)])
  expect(error).toBe('')
  expect(JSON.parse(out)).toEqual({
    first: GOOD,
    second: GOOD,
    withTool: GOOD,
    streamed: GOOD,
    types: expect.arrayContaining(['raw_model_stream_event', 'run_item_stream_event']),
    structured: { city: 'Paris' },
    byId: wire === 'openai' ? GOOD : 'unsupported_parameter',
  })
  expect(JSON.stringify(scene.upstream.requests.map(({ json }) => json))).toContain('20 degrees in Paris')
})

function isInstalled(): boolean {
  try {
    import.meta.resolve('@openai/agents')
    return true
  } catch {
    return false
  }
}

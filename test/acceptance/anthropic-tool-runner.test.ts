/** The tool runner of `@anthropic-ai/sdk`, which leaves the conversation to the server by default. */
import Anthropic from '@anthropic-ai/sdk'
import { betaTool } from '@anthropic-ai/sdk/helpers/beta/json-schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GOOD, KEY, type Scene, startScene, WEATHER_SCHEMA } from '../helpers/scene.ts'

let scene: Scene
let client: Anthropic
beforeAll(async () => {
  scene = await startScene()
  client = new Anthropic({ baseURL: scene.router.url, apiKey: KEY, maxRetries: 0 })
})
afterAll(() => scene?.close())

const weather = betaTool({
  name: 'get_weather',
  description: 'The weather of a city',
  inputSchema: WEATHER_SCHEMA,
  run: ({ city }) => `20 degrees in ${city}`,
})
const textOf = ({ content }: { content: readonly { type: string; text?: string }[] }) =>
  content.map((block) => block.text ?? '').join('')
const bodies = () => scene.upstream.requests.map(({ json }) => json)

describe.each(['anthropic', 'openai', 'chat'] as const)('over an endpoint that speaks %s', (wire) => {
  it.each([true, false])('runs tools to the end, stream: %s', async (stream) => {
    const runner = client.beta.messages.toolRunner({
      model: `good/${wire}`,
      max_tokens: 50,
      messages: [{ role: 'user', content: 'How is the weather?' }],
      tools: [weather],
      stream,
    })
    expect(textOf(await runner.runUntilDone())).toBe(GOOD)
    const sent = JSON.stringify(bodies().at(-1))
    expect(sent).toContain('20 degrees in Paris')
    // Where the thread is kept, only what is new is sent.
    expect(sent.includes('How is the weather?')).toBe(wire !== 'anthropic')
  })

  it('goes on with a thread', async () => {
    const thread = client.beta.messages.thread({ model: `good/${wire}`, max_tokens: 50 })
    for (const content of ['One', 'Two', 'Three'])
      expect(textOf(await thread.send({ role: 'user', content }))).toBe(GOOD)
    const { messages } = bodies().at(-1) as { messages: unknown[] }
    expect(messages.length).toBe(wire === 'anthropic' ? 1 : 5)
  })
})

/**
 * Upstreams whose answers are not what they say, or not what was asked for: a stream as JSON, a whole answer for a
 * stream, a stream for a whole one.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { attemptsOf } from '../helpers/generation.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Behaviour, startUpstream, type Upstream } from '../helpers/upstream.ts'

const choice = (more: object) => ({ id: 'chatcmpl-1', model: 'm', choices: [{ index: 0, ...more }] })
const event = (data: object) => `data: ${JSON.stringify(data)}\n\n`
const named = (data: { type: string }) => `event: ${data.type}\n${event(data)}`
const BODIES: Readonly<Record<string, { stream: string; whole: string }>> = {
  openai: {
    stream: `${event(choice({ delta: { role: 'assistant', content: 'Hel' } }))}${event(choice({ delta: { content: 'lo.' } }))}${event(
      choice({ delta: {}, finish_reason: 'stop' }),
    )}data: [DONE]\n\n`,
    whole: JSON.stringify(choice({ message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' })),
  },
  anthropic: {
    stream: [
      {
        type: 'message_start',
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          usage: { input_tokens: 3 },
        },
      },
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hello.' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 2 } },
      { type: 'message_stop' },
    ]
      .map(named)
      .join(''),
    whole: JSON.stringify({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'Hello.' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: 2 },
    }),
  },
}

/** Whether it streams, and what it calls that. */
const SHAPES = [
  ['stream', 'text/event-stream', ''],
  ['stream', 'application/json', ''],
  ['stream', 'text/html; charset=utf-8', ''],
  ['stream', 'application/json', '\ufeff'],
  ['whole', 'application/json', ''],
  ['whole', 'text/event-stream', ''],
  ['whole', 'text/plain', '\ufeff'],
] as const

const given =
  (wire: string, [shape, type, before]: (typeof SHAPES)[number]): Behaviour =>
  ({ response }) =>
    response.writeHead(200, { 'content-type': type }).end(before + BODIES[wire]![shape])

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream()
  for (const wire in BODIES)
    for (const [index, shape] of SHAPES.entries()) upstream.script(`${wire}-${index}`, given(wire, shape))
  const provider = (plugin: string) => ({ plugin, base_url: upstream.url, api_key: 'sk-upstream-secret' })
  router = await startRouter({
    config: { providers: { openai: provider('openai-compatible'), anthropic: provider('anthropic') } },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const CASES = SHAPES.flatMap(([shape, type, before], index) =>
  [true, false].map((stream) => ({ shape, type, before, index, stream })),
)

describe.each(['openai', 'openrouter', 'anthropic'] as const)('%s client', (client) => {
  describe.each(Object.keys(BODIES))('%s upstream', (wire) => {
    it.each(CASES)('$shape as $type, $before, stream: $stream', async ({ index, stream }) => {
      const answer = await ask(router.url, client, `${wire}/${wire}-${index}`, stream)
      expect(dialects[client].text(answer), answer.text).toBe('Hello.')
      expect(dialects[client].finish(answer)).toBe(client === 'anthropic' ? 'end_turn' : 'stop')
      if (stream) expect(dialects[client].complete(answer)).toBe(true)
      else expect(answer.json).toBeDefined()
      expect(await attemptsOf(router.url, answer.headers['x-generation-id'])).toEqual([
        { endpoint: `${wire}/${wire}-${index}`, kind: 'ok' },
      ])
    })
  })
})

/** Requests and answers written by hand from AWS's documentation: `test/wire/openai-over-bedrock`. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { OutEvent } from '../../../../../../src/wire/converter.ts'
import { converseConverter as converter } from '../../../../../../src/wire/wires/bedrock-converse/convert/index.ts'
import { BedrockConverseMeter } from '../../../../../../src/wire/wires/bedrock-converse/meter.ts'
import { context as plain, runStream } from '../../anthropic-messages/convert/support.ts'

const read = <T>(name: string): T =>
  JSON.parse(
    readFileSync(new URL(`../../../../../wire/openai-over-bedrock/${name}.json`, import.meta.url), 'utf8'),
  ) as T

interface Translated {
  readonly name: string
  readonly model?: string
  readonly client: JsonObject
  readonly upstream: JsonObject
  readonly refused?: string
}

const HI = { role: 'user', content: 'Hi' }
const CONVERSE_HI = { role: 'user', content: [{ text: 'Hi' }] }

describe('a request of OpenAI’s wire at Bedrock', () => {
  it.each(read<Translated[]>('requests'))('$name', ({ model, client, upstream, refused }) => {
    const ask = () => converter.requestFromHub({ model, messages: [HI], ...client }, { extensions: true })
    if (refused === undefined) expect(ask()).toEqual({ messages: [CONVERSE_HI], ...upstream })
    else expect(ask).toThrow(refused)
  })
})

describe('a request of Converse as OpenAI’s', () => {
  it.each(read<Translated[]>('requests-back'))('$name', ({ client, upstream, refused }) => {
    const ask = () => converter.requestToHub({ model: 'm', ...upstream }, { extensions: true })
    if (refused === undefined) expect(ask()).toEqual({ model: 'm', ...client })
    else expect(ask).toThrow(refused)
  })
})

interface Answered {
  readonly name: string
  readonly model: string
  readonly content: readonly JsonObject[]
  readonly stopReason: string
  readonly message: JsonObject
  readonly finish: string
}
const { usage, cases } = read<{ usage: { upstream: JsonObject; client: JsonObject }; cases: Answered[] }>('answers')

/** The events that make a block, as ConverseStream sends them: without a start for text and reasoning. */
function eventsOf(block: JsonObject, contentBlockIndex: number): OutEvent[] {
  const { toolUse, reasoningContent, citationsContent } = block as {
    toolUse?: JsonObject
    reasoningContent?: { reasoningText: JsonObject }
    citationsContent?: { content: JsonObject[] }
  }
  const delta = (piece: JsonObject): OutEvent => ({
    event: 'contentBlockDelta',
    data: { contentBlockIndex, delta: piece, p: 'abc' },
  })
  const { text, signature } = reasoningContent?.reasoningText ?? {}
  const input = JSON.stringify(toolUse?.input)
  const start = { toolUse: { toolUseId: toolUse?.toolUseId, name: toolUse?.name } }
  const pieces = toolUse
    ? [
        { event: 'contentBlockStart', data: { contentBlockIndex, start } },
        ...[input.slice(0, 2), input.slice(2)].map((part) => delta({ toolUse: { input: part } })),
      ]
    : reasoningContent
      ? [delta({ reasoningContent: { text } }), delta({ reasoningContent: { signature } })]
      : (citationsContent?.content ?? [block]).map((part) => delta({ text: part.text }))
  return [...pieces, { event: 'contentBlockStop', data: { contentBlockIndex } }]
}

describe.each(cases)('an answer of Converse: $name', ({ model, content, stopReason, message, finish }) => {
  const context = { ...plain, model, maker: `bedrock/${model}` }
  const whole = { output: { message: { role: 'assistant', content } }, stopReason, usage: usage.upstream }
  const stream: OutEvent[] = [
    { event: 'messageStart', data: { role: 'assistant' } },
    ...content.flatMap(eventsOf),
    { event: 'messageStop', data: { stopReason } },
    { event: 'metadata', data: { usage: usage.upstream, metrics: { latencyMs: 3 } } },
  ]

  it('whole', () => {
    expect(converter.responseToHub(whole, context)).toEqual({
      id: 'gen-1',
      object: 'chat.completion',
      created: plain.created,
      model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', refusal: null, ...message },
          logprobs: null,
          finish_reason: finish,
          native_finish_reason: stopReason,
        },
      ],
      usage: usage.client,
    })
  })

  it('streamed', () => {
    const events = runStream(converter.streamToHub(context), stream)
    const chunks = events.map(({ data }) => data).filter((data) => data !== '[DONE]')
    const deltas = chunks.flatMap(({ choices }) => (choices as { delta: JsonObject }[]).map(({ delta }) => delta))
    const said = (key: string) => deltas.map((delta) => delta[key] ?? '').join('')
    expect(said('content')).toBe(message.content)
    expect(said('reasoning')).toBe(message.reasoning ?? '')
    const args: string[] = []
    for (const call of deltas.flatMap((delta) => (delta.tool_calls as { index: number; function: JsonObject }[]) ?? []))
      args[call.index] = `${args[call.index] ?? ''}${call.function.arguments}`
    const calls = (message.tool_calls ?? []) as { function: { arguments: string } }[]
    expect(args).toEqual(calls.map((call) => call.function.arguments))
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: usage.client })
    expect(chunks.at(-2)?.choices).toMatchObject([{ finish_reason: finish, native_finish_reason: stopReason }])
    expect(events.at(-1)?.data).toBe('[DONE]')
    const signatures = deltas.flatMap((delta) => (delta.reasoning_details as JsonObject[]) ?? [])
    const kept = signatures.flatMap(({ signature }) => (signature ? [signature] : []))
    expect(kept).toEqual(
      ((message.reasoning_details ?? []) as JsonObject[]).flatMap(({ signature }) => signature ?? []),
    )
  })

  it('as it is measured, whole and streamed', () => {
    const measured = {
      started: true,
      finished: true,
      ended: true,
      finishReason: finish,
      usage: { inputTokens: 40, outputTokens: 5, cacheReadTokens: 20, cacheWriteTokens: 10, cacheWrite1hTokens: 4 },
    }
    const meter = new BedrockConverseMeter({}, 'gen-1')
    meter.whole(whole)
    expect(meter).toMatchObject(measured)
    const streaming = new BedrockConverseMeter({}, 'gen-1')
    for (const { event, data } of stream) if (data !== '[DONE]') streaming.event(event, data)
    expect(streaming).toMatchObject(measured)
    expect([streaming.outputChars, streaming.toolCalls]).toEqual([meter.outputChars, meter.toolCalls])
  })

  it('there and back again', () => {
    const hub = converter.responseToHub(whole, context)
    const back = converter.responseFromHub(hub, context) as typeof whole
    const shown = (blocks: readonly JsonObject[]) => blocks.filter((block) => block.text ?? block.toolUse)
    if (!content.some((block) => block.citationsContent))
      expect(shown(back.output.message.content)).toEqual(shown(content))
    expect(back.usage).toMatchObject({ inputTokens: 10, outputTokens: 5, cacheReadInputTokens: 20 })
  })
})

describe('what goes wrong', () => {
  it.each(['malformed_model_output', 'malformed_tool_use'])('%s is no answer', (stopReason) => {
    const meter = new BedrockConverseMeter({}, 'gen-1')
    meter.event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'a' } })
    meter.event('messageStop', { stopReason })
    expect(meter.malformed).toContain(stopReason)
    expect(meter.finished).toBe(false)
  })

  it('an exception, a body without a message, calls of tools that nobody offered', () => {
    const meters = Array.from({ length: 3 }, () => new BedrockConverseMeter({ tools: [{ name: 'f' }] }, 'gen-1'))
    meters[0]!.event('error', { error: { type: 'throttlingException', message: 'Slow.' } })
    meters[1]!.whole({ message: 'It failed.' })
    meters[2]!.event('contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'h' } } })
    expect(meters.map(({ errorText }) => errorText)).toEqual([
      '{"error":{"type":"throttlingException","message":"Slow."}}',
      '{"message":"It failed."}',
      undefined,
    ])
    expect(meters[2]!.invalidOutput).toMatch(/"h"/)
  })

  it('a stream of the hub as events of ConverseStream', () => {
    const chunk = (delta: JsonObject, finish_reason: string | null = null): OutEvent => ({
      data: { id: 'c', choices: [{ index: 0, delta, finish_reason }] },
    })
    const call = { index: 0, id: 't1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
    const events = runStream(converter.streamFromHub(plain), [
      chunk({ role: 'assistant', content: 'Hi' }),
      chunk({ tool_calls: [call] }),
      chunk({}, 'tool_calls'),
      { data: { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } } },
      { data: '[DONE]' },
    ])
    expect(events.map(({ event }) => event)).toEqual([
      'messageStart',
      'contentBlockDelta',
      'contentBlockStop',
      'contentBlockStart',
      'contentBlockDelta',
      'contentBlockStop',
      'messageStop',
      'metadata',
    ])
    expect(events.at(-2)?.data).toEqual({ stopReason: 'tool_use' })
    expect(events.at(-1)?.data).toMatchObject({ usage: { inputTokens: 3, outputTokens: 2, totalTokens: 5 } })
  })
})

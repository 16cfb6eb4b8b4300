import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { OutEvent } from '../../../../../../src/wire/converter.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { answerBlocks, callNames, text, usage } from './arbitrary.ts'
import { foldChunks, foldMessage } from './folds.ts'
import { context, runStream } from './support.ts'

/** `value` cut at `size` characters. */
const cut = (value: string, size: number): string[] => value.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []

const event = (type: string, body: JsonObject = {}): OutEvent => ({ event: type, data: { type, ...body } })

const emptied: Readonly<Record<string, JsonObject>> = {
  text: { text: '' },
  thinking: { thinking: '', signature: '' },
  tool_use: { input: {} },
}

/** An Anthropic message as the events that its server would send. */
function eventsOf(message: JsonObject, size: number): OutEvent[] {
  const blocks = (message.content as JsonObject[]).flatMap((block, index) => {
    const deltas = [
      ...cut(String(block.text ?? ''), size).map((piece) => ({ type: 'text_delta', text: piece })),
      ...cut(String(block.thinking ?? ''), size).map((piece) => ({ type: 'thinking_delta', thinking: piece })),
      ...(block.signature === undefined ? [] : [{ type: 'signature_delta', signature: block.signature }]),
      ...cut(block.type === 'tool_use' ? JSON.stringify(block.input) : '', size).map((json) => ({
        type: 'input_json_delta',
        partial_json: json,
      })),
    ]
    return [
      event('content_block_start', { index, content_block: { ...block, ...emptied[String(block.type)] } }),
      event('ping'),
      ...deltas.map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]
  })
  const { output_tokens, ...input } = message.usage as JsonObject
  return [
    event('message_start', {
      message: { ...message, content: [], stop_reason: null, usage: { ...input, output_tokens: 1 } },
    }),
    ...blocks,
    event('message_delta', {
      delta: { stop_reason: message.stop_reason, stop_sequence: null },
      usage: { output_tokens },
    }),
    event('message_stop'),
  ]
}

const message = fc
  .record({ content: answerBlocks, counts: usage, reason: fc.constantFrom('end_turn', 'max_tokens', 'refusal') })
  .map(
    ({ content, counts, reason }): JsonObject => ({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5',
      content,
      stop_reason: content.some((block) => block.type === 'tool_use') ? 'tool_use' : reason,
      stop_sequence: null,
      usage: {
        input_tokens: counts.fresh,
        cache_creation_input_tokens: counts.written,
        cache_read_input_tokens: counts.read,
        output_tokens: counts.output,
      },
    }),
  )

/** What both forms of an answer say. */
function meaning(completion: JsonObject): JsonObject {
  const choice = (completion.choices as JsonObject[])[0]
  const said = (choice?.message ?? completion.message) as JsonObject
  return {
    id: completion.id,
    model: completion.model,
    created: completion.created,
    finish_reason: choice?.finish_reason ?? completion.finish_reason,
    usage: completion.usage,
    message: { ...said, content: said.content ?? '', refusal: said.refusal ?? null },
  }
}

describe('a folded stream is the whole answer', () => {
  it('from Anthropic to OpenAI', () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 1, max: 9 }), (whole, size) => {
        const chunks = runStream(converter.streamToHub(context), eventsOf(whole, size))
        expect(chunks.at(-1)).toEqual({ data: '[DONE]' })
        expect(meaning(foldChunks(chunks))).toEqual(meaning(converter.responseToHub(whole, context)))
      }),
    )
  })

  it('from Anthropic through OpenAI and back', () => {
    fc.assert(
      fc.property(message, fc.integer({ min: 1, max: 9 }), (whole, size) => {
        const chunks = runStream(converter.streamToHub(context), eventsOf(whole, size))
        expect(foldMessage(runStream(converter.streamFromHub(context), chunks))).toEqual(whole)
      }),
    )
  })

  it('from OpenAI to Anthropic, however the tool calls alternate', () => {
    const answer = fc.record({
      reasoning: fc.option(text),
      content: fc.option(text),
      calls: callNames,
      size: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(answer, fc.infiniteStream(fc.nat(2)), ({ reasoning, content, calls, size }, turn) => {
        const chunk = (delta: JsonObject, finish: string | null = null): OutEvent => ({
          data: { id: 'chatcmpl-1', model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] },
        })
        const toolCalls = calls.map(([name, input], index) => ({
          id: `call_${index}`,
          type: 'function',
          function: { name, arguments: JSON.stringify(input) },
        }))
        const queues = toolCalls.map((call, index) => [
          { index, ...call, function: { name: call.function.name, arguments: '' } },
          ...cut(call.function.arguments, size).map((piece) => ({ index, function: { arguments: piece } })),
        ])
        const lengths = queues.map((queue) => queue.length)
        const mixed: JsonObject[] = []
        // Calls begin in order, and then their pieces alternate at will.
        while (queues.some((queue) => queue.length > 0)) {
          const ready = queues.filter(
            (queue, index) =>
              queue.length > 0 && queues.slice(0, index).every((before, at) => before.length < lengths[at]!),
          )
          mixed.push(ready[(turn.next().value as number) % ready.length]!.shift()!)
        }
        const chunks = [
          chunk({ role: 'assistant', content: '' }),
          ...(reasoning === null ? [] : [chunk({ reasoning })]),
          ...(content === null ? [] : [chunk({ content })]),
          ...mixed.map((call) => chunk({ tool_calls: [call] })),
          chunk({}, 'tool_calls'),
        ]
        const whole = {
          id: 'chatcmpl-1',
          model: 'm',
          choices: [{ message: { content, reasoning, tool_calls: toolCalls }, finish_reason: 'tool_calls' }],
        }
        expect(foldMessage(runStream(converter.streamFromHub(context), chunks))).toEqual(
          converter.responseFromHub(whole, context),
        )
      }),
    )
  })
})

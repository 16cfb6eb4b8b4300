import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RouterError } from '../../../../../../src/base/errors.ts'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { runs } from '../../../../../helpers/properties.ts'
import { foldMessage } from './folds.ts'
import { context, runStream } from './support.ts'

/** JSON in which the wires' own keys turn up everywhere, with values of every type. */
const KEYS = [
  ...[
    'type',
    'role',
    'content',
    'text',
    'messages',
    'system',
    'tools',
    'tool_choice',
    'function',
    'name',
    'parameters',
    'input_schema',
    'source',
  ],
  ...[
    'tool_calls',
    'id',
    'index',
    'arguments',
    'input',
    'tool_call_id',
    'tool_use_id',
    'image_url',
    'url',
    'file',
    'file_data',
    'choices',
    'delta',
  ],
  ...[
    'message',
    'usage',
    'finish_reason',
    'stop_reason',
    'error',
    'content_block',
    'thinking',
    'reasoning',
    'reasoning_details',
    'signature',
    'data',
  ],
  ...[
    'response_format',
    'json_schema',
    'schema',
    'properties',
    'items',
    'anyOf',
    'required',
    'output_config',
    'format',
    'max_tokens',
    'stop',
    'model',
  ],
]
const WORDS = [
  ...[
    'user',
    'assistant',
    'tool',
    'system',
    'text',
    'image',
    'image_url',
    'file',
    'document',
    'tool_use',
    'tool_result',
    'thinking',
    'function',
  ],
  ...[
    'redacted_thinking',
    'reasoning.text',
    'reasoning.encrypted',
    'base64',
    'url',
    'data:',
    'data:image/png;base64,AA==',
    'object',
    'json_schema',
  ],
  ...[
    'message_start',
    'content_block_start',
    'content_block_delta',
    'content_block_stop',
    'message_delta',
    'error',
    'text_delta',
    'input_json_delta',
  ],
  ...['thinking_delta', 'signature_delta', 'claude-opus-5', 'gpt-4o', 'auto', 'high', '{}', 'tool_calls', 'stop', ''],
]
const { body } = fc.letrec<{ value: unknown; body: JsonObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.oneof(fc.constantFrom(...WORDS), fc.constantFrom(null, true, 0, 1, -1, 1.5)),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('body'),
  ),
  body: fc.dictionary(fc.constantFrom(...KEYS), tie('value'), { maxKeys: 6 }),
}))
const well = fc.record({
  role: fc.constantFrom('user', 'assistant', 'tool', 'system'),
  content: fc.array(body, { maxLength: 3 }),
  tool_calls: fc.array(body),
})
const request = fc
  .tuple(body, fc.array(fc.oneof(well, body), { maxLength: 4 }))
  .map(([rest, messages]): JsonObject => ({ ...rest, messages }))

const RUNS = { numRuns: runs(1000) }

describe('whatever comes in', () => {
  it('a request is converted or refused with the field named', () => {
    const run = (convert: () => unknown): void => {
      try {
        convert()
      } catch (error) {
        if (!(error instanceof RouterError)) throw error
        expect(error.code).toBe('ROUTER_BAD_REQUEST')
        expect(error.message).toMatch(/^[a-z_]+[.[ ]/)
      }
    }
    fc.assert(
      fc.property(request, fc.boolean(), (given, extensions) => {
        run(() => converter.requestFromHub(given))
        run(() => converter.requestToHub(given, { extensions }))
      }),
      RUNS,
    )
  })

  it('an answer is converted', () => {
    fc.assert(
      fc.property(body, (given) => {
        expect(typeof converter.responseToHub(given, context)).toBe('object')
        expect(typeof converter.responseFromHub(given, context)).toBe('object')
      }),
      RUNS,
    )
  })

  it('a stream is converted, and what Anthropic clients get stays in order', () => {
    const chunk = fc.oneof(
      body,
      body.map((delta) => ({ choices: [{ index: 0, delta }] })),
      fc.array(body, { maxLength: 3 }).map((calls) => ({ choices: [{ index: 0, delta: { tool_calls: calls } }] })),
    )
    fc.assert(
      fc.property(
        fc.array(chunk, { maxLength: 8 }),
        fc.constantFrom(undefined, 'message_start', 'content_block_delta', 'error'),
        (chunks, name) => {
          const events = chunks.map((data) => ({
            ...(name === undefined ? {} : { event: name }),
            data: data as JsonObject,
          }))
          runStream(converter.streamToHub(context), events)
          const out = runStream(converter.streamFromHub(context), events)
          if (out.at(-1)?.event === 'error') return
          const readable = out.filter(({ data }) => !hasBrokenJson(data as JsonObject))
          expect(foldMessage(readable).type).toBe('message')
        },
      ),
      RUNS,
    )
  })
})

/** Arguments that are no JSON are passed on as they are: the reader reports them, the fold cannot read them. */
const hasBrokenJson = ({ delta }: JsonObject): boolean => (delta as JsonObject | undefined)?.type === 'input_json_delta'

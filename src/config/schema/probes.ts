import { CONTINENTS, PLACE_PATTERN } from '../../federation/protocol/words.ts'
import type { Operation } from '../../plugins/api.ts'
import { count, duration, list, type SchemaNode, section, text } from './values.ts'

/** What a chat is asked for, so that everything that clients do is measured. */
const CHAT_PROBES = ['stream', 'whole', 'long', 'tools', 'json'] as const
export type ChatProbe = (typeof CHAT_PROBES)[number]

/** The kinds of work that a hub's map knows. */
const OPERATIONS = [
  'chat',
  'embedding',
  'image',
  'speech',
  'transcription',
  'rerank',
  'moderation',
] as const satisfies readonly Operation[]

const MODEL: SchemaNode = text('An endpoint as `provider/upstream-model`; a `*` stands for any text.', {
  pattern: '^[^/*]+/.+$',
  expects: 'provider/upstream-model, such as "groq/*"',
})

/** What `router hub serve --probes` and `router hub probe` measure; a router that serves makes nothing of it. */
export const probes = section(
  'What a hub measures itself: `router hub serve --probes FILE` and `router hub probe` read it, beside `providers` (docs/hub.md). A router that serves makes nothing of it.',
  {
    models: list(
      'Endpoints to ask, of what the public catalogue knows of the configured providers and of `models`.',
      MODEL,
      {
        minItems: 1,
      },
    ),
    operations: {
      type: 'object',
      description:
        'What endpoints are asked for that are not for chats, by their name or with a `*`: embeddings, images. Default: what the catalogue says of the model, but images and the like only when they stand here.',
      additionalProperties: { enum: OPERATIONS, description: 'The operation.', expects: OPERATIONS.join(', ') },
      default: {},
    },
    chats: list(
      'What chats are asked for, in turn: a stream, a whole answer, a longer prompt, a tool call, JSON by a schema. What an endpoint refuses is not asked again.',
      { enum: CHAT_PROBES, expects: CHAT_PROBES.join(', '), description: 'A kind of chat.' },
      { default: CHAT_PROBES, minItems: 1 },
    ),
    interval: duration('Between two requests to an endpoint, give or take a fifth.', '30m', '1s'),
    place: text('Where the requests are sent from, for people: a region, a data centre.', {
      pattern: PLACE_PATTERN,
      expects: 'lower-case letters, digits and dashes, at most 40, such as "eu-west-1"',
      default: 'hub',
    }),
    continent: {
      type: 'string',
      enum: CONTINENTS,
      description: 'Where that is; `-` does not say.',
      default: '-',
    },
    budget_usd: {
      type: 'number',
      exclusiveMinimum: 0,
      description:
        'USD a day (UTC) at the most: what a request may cost is set aside before it is sent, and nothing is sent when that is not left. An endpoint without a known price counts as $10 per million tokens, or $0.10 an image.',
    },
    max_output_tokens: { ...count('Longest answer of a chat.', { default: 100 }), minimum: 16 },
    concurrency: count('Requests under way at once.', { default: 4 }),
    timeout: duration('Longest time for one request.', '60s', '1s', '10m'),
  },
  { required: ['models', 'budget_usd'] },
)

/** JSON Schema 2020-12 with three annotations of our own, and the building blocks that the sections share. */
import { DURATION_PATTERN, SIZE_PATTERN } from '../../base/units.ts'

export interface SchemaNode {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>
  readonly additionalProperties?: boolean | SchemaNode
  readonly propertyNames?: SchemaNode
  readonly required?: readonly string[]
  readonly items?: SchemaNode
  readonly enum?: readonly unknown[]
  readonly not?: SchemaNode
  readonly const?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly minProperties?: number
  /** What a right value is, to be read after "must be". */
  readonly expects?: string
  /** Bounds of a duration or size, inclusive, as written in the file. */
  readonly duration?: { readonly min: string; readonly max: string }
  readonly size?: { readonly min: string; readonly max: string }
  readonly writeOnly?: boolean
  readonly $schema?: string
  readonly $id?: string
  readonly title?: string
}

/** A day at most unless said otherwise: a Node timer cannot wait for 25. */
export const duration = (description: string, byDefault: string | undefined, min = '1ms', max = '24h'): SchemaNode => ({
  type: ['string', 'number'],
  pattern: DURATION_PATTERN,
  duration: { min, max },
  expects: `a duration from ${min} to ${max}`,
  description,
  ...(byDefault !== undefined && { default: byDefault }),
})

/**
 * The waits that stand at routing, and at a model or endpoint without defaults: what is not given there is as in
 * routing.
 */
export const timeouts = (defaults: Readonly<Record<string, string>> = {}): Record<string, SchemaNode> => ({
  connect: duration('Until the connection stands.', defaults.connect),
  first_token: duration('Streaming: until the first output token, or a sign of life.', defaults.first_token),
  response: duration('Not streaming: until the answer begins, or a sign of life.', defaults.response),
  alive: duration(
    'Until the first output token, or the answer, at the latest, when signs of life come in the meantime: comments, pings, blanks.',
    defaults.alive,
  ),
  idle: duration('Between two pieces of an answer.', defaults.idle),
  total: duration('The whole request, over all attempts.', defaults.total),
})

export const size = (description: string, byDefault: string, min: string, max: string): SchemaNode => ({
  type: ['string', 'number'],
  pattern: SIZE_PATTERN,
  size: { min, max },
  expects: `a size from ${min} to ${max}`,
  description,
  default: byDefault,
})

export const section = (
  description: string,
  properties: Readonly<Record<string, SchemaNode>>,
  more: SchemaNode = {},
): SchemaNode => ({
  type: 'object',
  description,
  properties,
  additionalProperties: false,
  ...more,
})

export const text = (description: string, more: SchemaNode = {}): SchemaNode => ({
  type: 'string',
  minLength: 1,
  description,
  ...more,
})

export const list = (description: string, items: SchemaNode, more: SchemaNode = {}): SchemaNode => ({
  type: 'array',
  description,
  items,
  ...more,
})

export const count = (description: string, more: SchemaNode = {}): SchemaNode => ({
  type: 'integer',
  minimum: 1,
  description,
  ...more,
})

/** A plugin by its bare name, or with options. */
export const pluginUse = (description: string, more: SchemaNode = {}): SchemaNode => ({
  type: ['string', 'object'],
  minLength: 1,
  expects: 'the name of a plugin, or a mapping with "plugin" and "options"',
  description,
  required: ['plugin'],
  properties: {
    plugin: text('Name of a built-in plugin, a package, or a file such as `./plugins/x.ts`.'),
    options: { type: 'object', description: "The plugin's own options, checked against its schema." },
  },
  additionalProperties: false,
  ...more,
})

const amount = (description: string): SchemaNode => ({ type: 'number', minimum: 0, description })

const RATES = {
  prompt: amount('Input, in USD per million tokens.'),
  completion: amount('Output, in USD per million tokens.'),
  cache_read: amount('Input read from the prompt cache, in USD per million tokens. Default: as `prompt`.'),
  cache_write: amount('Input written to the prompt cache, in USD per million tokens. Default: as `prompt`.'),
  cache_write_1h: amount(
    'Input written to a prompt cache that keeps it for an hour, in USD per million tokens. Default: twice `prompt`.',
  ),
  request: amount('Added once per request, in USD.'),
  image_prompt: amount('Tokens of images in the input, in USD per million. Default: as `prompt`.'),
  audio_prompt: amount('Tokens of audio in the input, in USD per million. Default: as `prompt`.'),
  image_completion: amount('Tokens of images in the output, in USD per million. Default: as `completion`.'),
  audio_completion: amount('Tokens of audio in the output, in USD per million. Default: as `completion`.'),
  image: amount('Per image that is made, in USD.'),
  second: amount('Per second of audio that is transcribed or spoken, in USD.'),
  character: amount('Text that is spoken, in USD per million characters.'),
  page: amount('Per page that is read, in USD.'),
  search: amount('Per search unit of a reranker, in USD.'),
}

const priceTier = section('Rates in place of those above, and a factor, for calls that meet all of its conditions.', {
  above: {
    type: 'integer',
    minimum: 0,
    description: 'Condition: more tokens of input than this. All tokens of the call are charged so.',
  },
  service_tier: {
    type: 'string',
    minLength: 1,
    description: 'Condition: how the call was served, as the upstream says: `flex`, `priority`, `batch`.',
  },
  image_size: text('Condition: the size of images, as `1024x1024`.'),
  quality: text('Condition: the quality of images: `low`, `standard`, `hd`.'),
  from: text('Condition: from this day on, in UTC, as `2026-08-17`.', {
    pattern: '^\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])$',
    expects: 'a day such as "2026-08-17"',
  }),
  hours: text('Condition: the time of day, in UTC, as `01:00-04:00`; `22:00-06:00` spans midnight.', {
    pattern: '^(?:[01]\\d|2[0-3]):[0-5]\\d-(?:[01]\\d|2[0-3]):[0-5]\\d$',
    expects: 'times such as "01:00-04:00"',
  }),
  factor: amount('Times all rates.'),
  ...RATES,
})

export const price = (description: string): SchemaNode =>
  section(
    description,
    {
      ...RATES,
      tiers: list(
        'Prices under a condition, such as for long contexts or another service tier. All that apply are taken, in order.',
        priceTier,
      ),
    },
    { required: ['prompt', 'completion'] },
  )

export const QUANTIZATIONS = [
  'int4',
  'int8',
  'fp4',
  'mxfp4',
  'nvfp4',
  'fp6',
  'fp8',
  'mxfp8',
  'fp16',
  'bf16',
  'fp32',
  'unknown',
] as const

import { list, QUANTIZATIONS, type SchemaNode, section, text } from './values.ts'

const providerNames = (description: string): SchemaNode => list(description, text('A provider, or `provider/region`.'))

const SORTS = ['price', 'throughput', 'latency', 'exacto']

const amount = (description: string): SchemaNode => ({ type: 'number', minimum: 0, description })

const threshold = (description: string): SchemaNode => ({
  type: ['number', 'object'],
  minimum: 0,
  expects: 'a number, or a mapping of p50, p75, p90 and p99 to numbers',
  description,
  properties: { p50: amount('Median.'), p75: amount('75 %.'), p90: amount('90 %.'), p99: amount('99 %.') },
  additionalProperties: false,
})

/**
 * OpenRouter's `provider` object (https://openrouter.ai/docs/guides/routing/provider-selection), as far as a config
 * file may use it.
 */
export const preferences: SchemaNode = section(
  'Provider preferences for this step, as in the `provider` object of a request.',
  {
    order: providerNames('Providers to try first, in this order.'),
    only: providerNames('Only these providers.'),
    ignore: providerNames('Never these providers.'),
    allow_fallbacks: {
      type: 'boolean',
      description: 'False: only the first choice, or the list in `order`. Default: true.',
    },
    require_parameters: {
      type: 'boolean',
      description: 'Only endpoints that support every parameter of the request. Default: false.',
    },
    data_collection: {
      type: 'string',
      enum: ['allow', 'deny'],
      description: 'Deny: only providers that are known not to keep prompts to train models on.',
    },
    zdr: { type: 'boolean', description: 'Only endpoints that are known to keep nothing (zero data retention).' },
    region: {
      type: ['string', 'array'],
      minLength: 1,
      expects: 'a region, or a list of regions',
      description: 'Only endpoints in this region, or in one of these: `eu` also stands for `eu-west-1`.',
      items: text('A region.'),
    },
    quantizations: list('Only these number formats.', { type: 'string', enum: QUANTIZATIONS }),
    sort: {
      type: ['string', 'object'],
      pattern: `^(${SORTS.join('|')})$`,
      expects: `${SORTS.join(', ')}, or a mapping with "by" and "partition"`,
      description: 'Order by this instead of the strategy.',
      required: ['by'],
      properties: {
        by: { type: 'string', enum: SORTS, description: 'What to order by.' },
        partition: {
          type: 'string',
          enum: ['model', 'none'],
          description: 'None: over the endpoints of all models. Default: model.',
        },
      },
      additionalProperties: false,
    },
    preferred_min_throughput: threshold('Endpoints that are slower, in tokens per second, go to the end.'),
    preferred_max_latency: threshold('Endpoints that take longer to the first token, in seconds, go to the end.'),
    max_price: section('Only endpoints that cost at most this much.', {
      prompt: amount('Input, in USD per million tokens.'),
      completion: amount('Output, in USD per million tokens.'),
      request: amount('Per request, in USD.'),
    }),
  },
)

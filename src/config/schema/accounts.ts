import { list, type SchemaNode, text } from './values.ts'

export const apiKeys: SchemaNode = list(
  'Several keys of one provider, in place of `api_key`: each is an account with a rest, limits and a share of its own; the second one is called `NAME#2`.',
  {
    type: ['string', 'object'],
    minLength: 1,
    writeOnly: true,
    expects: 'a key, or a mapping with "api_key"',
    description: 'A key, or a mapping: its other keys are options of the plugin that differ for this account.',
    required: ['api_key'],
    properties: {
      api_key: text('The key.', { writeOnly: true }),
      weight: {
        type: 'number',
        minimum: 0,
        default: 1,
        description: 'Times the weight of each endpoint, under the strategy `weighted`.',
      },
    },
  },
  { minItems: 1 },
)

import { list, section, text } from './values.ts'

export const auth = section(
  'Who may use the router.',
  {
    keys: list(
      'Keys that clients send as `Authorization: Bearer KEY` or `x-api-key: KEY`. None: everybody who can reach the router may use it.',
      {
        type: ['string', 'object'],
        minLength: 1,
        writeOnly: true,
        expects: 'a key, or a mapping with "key"',
        description: 'A client key, at least 8 characters; or a mapping.',
        required: ['key'],
        additionalProperties: false,
        properties: {
          key: text('The key.', { writeOnly: true }),
          value_of_time: {
            type: 'number',
            minimum: 0.000001,
            maximum: 1_000_000,
            description:
              'USD that an hour of waiting costs the clients of this key, in place of what the strategy is set to: 0.01 for batches. A request says it of itself with the header `x-router-value-of-time`, or with `service_tier: flex` or `batch` (0.01).',
          },
          byok: section(
            'True: its clients may send keys of their own for providers, in the header `x-router-provider-key: PROVIDER=KEY`. Nobody else is asked then, and nothing is billed to the accounts of this file.',
            {
              allow_fallbacks: {
                type: 'boolean',
                default: false,
                description: "Where the client's own accounts fail, those of this file are asked after them.",
              },
            },
            { type: ['object', 'boolean'], default: false, expects: 'true, false, or a mapping of its keys' },
          ),
        },
      },
      { default: [] },
    ),
  },
  { default: {} },
)

import { defineProvider } from 'commonroute/plugin'

/** Gives its options back through capabilities, so that a test can see what create() got. */
export default defineProvider({
  name: 'options',
  schema: {
    type: 'object',
    required: ['api_key', 'region'],
    properties: {
      api_key: { type: 'string', minLength: 20, pattern: '^key-', writeOnly: true },
      region: { type: 'string', enum: ['eu', 'us'] },
      retries: { type: 'integer', minimum: 0, maximum: 5, default: 2 },
      verbose: { type: 'boolean', default: false },
      nested: { type: 'object', properties: { depth: { type: 'number' } }, additionalProperties: false, default: {} },
    },
    additionalProperties: false,
  },
  create: (options) => ({
    wires: { chat: ['openai-chat'] },
    prepare() {},
    classify() {},
    capabilities: () => options,
  }),
})

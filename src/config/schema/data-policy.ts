import { section, text } from './values.ts'

/** What the operator knows of a provider's handling of data: keys of the router, not of the plugin. */
export const dataPolicy = section(
  'What becomes of prompts and answers there, for requests that demand something of it. Default, for each: what the plugin knows; what nobody knows does not fit a demand.',
  {
    zdr: { type: 'boolean', description: 'True: nothing is kept once the answer is given (zero data retention).' },
    data_collection: {
      type: 'string',
      enum: ['allow', 'deny'],
      description: 'Deny: nothing is kept to train models on.',
    },
    region: text('Where requests are worked on, such as `eu`, `us` or `eu-west-1`.', {
      maxLength: 100,
      pattern: '^[^\\s/@]+$',
      expects: 'a region without blanks, "/" and "@"',
    }),
  },
)

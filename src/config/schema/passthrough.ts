import { count, list, type SchemaNode, section, text } from './values.ts'

export const DEFAULT_CONCURRENCY = 64

/** Whether a provider's other paths can be asked for: a key of the router, not of the plugin. */
export const passthrough: SchemaNode = section(
  'True: any other path of it can be asked for under `/providers/NAME/`, with its key: video, OCR, vector stores, whatever it has. Everything that its key may do, whoever may use the router then may do, too. A mapping says who and how much.',
  {
    keys: list('Client keys of `auth.keys` that may. Default: all.', text('A client key.', { writeOnly: true }), {
      minItems: 1,
    }),
    concurrency: count('Requests at once; more are refused with 503.', {
      default: DEFAULT_CONCURRENCY,
      maximum: 100_000,
    }),
  },
  { type: ['object', 'boolean'], default: false, expects: 'true, false, or a mapping of its keys' },
)

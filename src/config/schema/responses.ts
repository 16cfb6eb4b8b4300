import { count, duration, section, size } from './values.ts'

const orOff = '^(off|[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)?)$'

export const responses = section(
  'What is kept of answers to `/v1/responses`, so that later requests can refer to them by an id wherever they are sent.',
  {
    store: {
      ...duration(
        'How long answers and what was asked are kept on disk, encrypted, unless a request says `store: false`. `off`: nothing is kept, and `previous_response_id` only works where an endpoint keeps it itself.',
        'off',
        '1m',
        '30d',
      ),
      pattern: orOff,
      expects: 'off, or a duration from 1m to 30d',
    },
    max_size: size('Of all that is kept; the oldest goes first.', '256mb', '1mb', '64gb'),
    max_count: count('Answers kept; the oldest goes first.', { default: 100_000, maximum: 100_000_000 }),
    remember_items: {
      ...duration(
        'How long the output of translated answers is remembered, in memory only and 32 MB of it at most, for clients that refer to it by `item_reference`. `off` switches it off.',
        '1h',
        '1m',
        '24h',
      ),
      pattern: orOff,
      expects: 'off, or a duration from 1m to 24h',
    },
  },
  { default: {} },
)

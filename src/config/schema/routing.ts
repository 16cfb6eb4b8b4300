import { count, duration, pluginUse, type SchemaNode, section, timeouts } from './values.ts'

const ttl: SchemaNode = {
  ...duration(
    'How long a conversation stays at its endpoint after the last request. `auto` follows the lifetime of the prompt cache; `off` switches it off.',
    'auto',
    '1s',
    '24h',
  ),
  pattern: '^(auto|off|[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)?)$',
  expects: 'auto, off, or a duration from 1s to 24h',
}

export const routing = section(
  'How endpoints are chosen, and what happens when one fails.',
  {
    strategy: pluginUse('Strategy plugin that orders the endpoints of a model.', { default: 'adaptive' }),
    retries: section(
      'Failures that are not the fault of the request are tried again at the next endpoint.',
      {
        attempts: count('Calls to endpoints per request, over all endpoints and fallbacks.', {
          default: 3,
          maximum: 20,
        }),
      },
      { default: {} },
    ),
    timeouts: section(
      'How long to wait for an endpoint before the next one is tried.',
      {
        ...timeouts({ connect: '5s', first_token: '5m', response: '10m', alive: '10m', idle: '2m', total: '20m' }),
        request_max: duration(
          'Most that a request may ask for, for any of these, by its header `x-router-timeouts`.',
          '30m',
        ),
      },
      { default: {} },
    ),
    keep_alive: {
      ...duration(
        'Streaming: a client that has waited so long gets a comment, or a ping, and again as often, so that nothing in between gives up. `off` switches it off.',
        '10s',
        '1s',
        '10m',
      ),
      pattern: '^(off|[0-9]+(\\.[0-9]+)?(ms|s|m|h|d)?)$',
      expects: 'off, or a duration from 1s to 10m',
    },
    hedging: section(
      'Streaming: a second call to another endpoint when the first token takes longer than usual there; the first token wins, the other call is cancelled.',
      {
        enabled: {
          type: 'boolean',
          default: false,
          description:
            'Never for requests that do more upstream than answer, such as stored ones or those with server tools.',
        },
        budget: {
          type: 'number',
          minimum: 0,
          maximum: 1,
          default: 0.02,
          description: 'Largest share of requests, and of their expected cost, that is doubled.',
        },
        min_delay: duration(
          'The first call is never doubled sooner; else after the 95th percentile of what is believed of its endpoint.',
          '800ms',
        ),
      },
      { default: {} },
    ),
    affinity: section('Conversations keep their endpoint, so that its prompt cache is used.', { ttl }, { default: {} }),
  },
  { default: {} },
)

import { count, duration, list, type SchemaNode, text } from './values.ts'

/** Ways to check an answer before the client gets it. */
const CHECKS = ['schema', 'tests', 'logprob', 'agreement', 'judge'] as const

const NAME = `^(?:${CHECKS.join('|')})$`

const check: SchemaNode = {
  type: ['string', 'object'],
  pattern: NAME,
  expects: `one of ${CHECKS.join(', ')}, or a mapping with "check"`,
  description: 'A check, by name or as a mapping.',
  required: ['check'],
  properties: {
    check: {
      type: 'string',
      enum: CHECKS,
      description:
        "`schema`: structured output and the arguments of tool calls against the request's schemas, and whether they are complete; `agreement`: the model is asked twice; `logprob`: how sure it was of its tokens; `judge`: a strong model is asked; `tests`: a command or URL of yours decides.",
    },
    reliability: {
      type: 'number',
      minimum: 0.55,
      maximum: 0.999,
      description:
        'How often the check is right. Default: 0.95 for `schema` and `tests`, 0.9 for `judge`, 0.85 for `agreement`, 0.8 for `logprob`.',
    },
    threshold: {
      type: 'number',
      description:
        'Of `agreement`: likeness of two prose answers, 0 to 1, from which on they agree (default 0.5). Of `logprob`: mean natural logarithm of the chance of a token below which an answer fails (default -0.5).',
    },
    parallel: {
      type: 'boolean',
      description:
        'Of `agreement`: ask for the second answer along with the first, which is as fast as one, and paid for also where it turns out not to be needed; false: once the first is there. Default: true, unless another check comes before it.',
    },
    model: text('Of `judge`: one of `models`. Default: that of `select.judge`.'),
    budget: {
      type: 'number',
      exclusiveMinimum: 0,
      description: 'Of `judge`: USD that a day (UTC) of it may cost at most. Default: that of `select.judge`.',
    },
    rpm: count(
      'Of `judge`: verdicts asked for per minute at most, by each process. Default: that of `select.judge`, else 60 where an endpoint has no price.',
    ),
    command: list(
      'Of `tests`: a program and its arguments. It gets `{"answer": ...}` as JSON on its standard input; exit code 0 passes, 1 fails, any other says nothing. It sees the answer; the router runs it as itself.',
      { type: 'string', description: 'A word.' },
      { minItems: 1 },
    ),
    url: text(
      'Of `tests`: where the same JSON is posted; a status of 200 to 299 passes, 422 fails, any other says nothing.',
      {
        pattern: '^https?://\\S+$',
        expects: 'an http or https URL',
      },
    ),
    timeout: duration('Of `tests`: what takes longer says nothing. Default: 10s.', undefined, '10ms', '5m'),
    request: { type: 'boolean', description: 'Of `tests`: give it the request, too. Default: false.' },
  },
  additionalProperties: false,
}

export const verify: SchemaNode = {
  ...check,
  type: ['string', 'object', 'array'],
  expects: `one of ${CHECKS.join(', ')}, a mapping with "check", or a list of such`,
  description:
    'The cheapest model answers first, and its answer is checked before the client gets any of it; the next better one is asked where a check failed and it is worth its price. Streams are held until then. One check or a list, which are made in order until one fails. Default: answers are not checked.',
  items: check,
  minItems: 1,
}

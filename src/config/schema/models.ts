import { apiKeys } from './accounts.ts'
import { connection } from './connection.ts'
import { dataPolicy } from './data-policy.ts'
import { headers, params } from './edits.ts'
import { passthrough } from './passthrough.ts'
import { preferences } from './preferences.ts'
import {
  count,
  duration,
  list,
  pluginUse,
  price,
  QUANTIZATIONS,
  type SchemaNode,
  section,
  text,
  timeouts,
} from './values.ts'
import { verify } from './verify.ts'

export const providers: SchemaNode = {
  type: 'object',
  description:
    'Accounts at companies and servers that run models, by a name of your choice. All keys but those below are options of the plugin.',
  minProperties: 1,
  propertyNames: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$',
    maxLength: 100,
    expects: 'letters, digits, ".", "_" and "-", beginning with a letter or digit',
  },
  additionalProperties: {
    type: 'object',
    description: "A provider: these keys and the plugin's options.",
    properties: {
      plugin: text(
        "Name of a built-in plugin, a package, or a file such as `./plugins/x.ts`. Default: the provider's name.",
      ),
      optional: {
        type: 'boolean',
        default: false,
        description:
          'True: when one of its environment variables is not set, the provider and its endpoints are left out with a warning, instead of an error.',
      },
      price: price('Price of all its models. Default: what is known of each.'),
      models: {
        type: 'string',
        enum: ['known', 'discover', 'none'],
        description:
          'Which models are listed beside those of `models`: `known`, all that the catalogue knows; `discover`, those that the provider lists itself, asked at the start and every hour; or `none`. Default: `known` when the file has no `models`, else `none`.',
      },
      api_keys: apiKeys,
      params,
      data_policy: dataPolicy,
      ...connection,
      passthrough,
    },
  },
}

const keepWarm: SchemaNode = {
  type: ['boolean', 'string', 'number'],
  pattern: '^[0-9]+(\\.[0-9]+)?(ms|s|m|h)?$',
  duration: { min: '1s', max: '24h' },
  default: false,
  expects: 'true, false, or a duration from 1s to 24h',
  description:
    'Whether the endpoint is asked for next to nothing when it has been idle for so long, at your cost, so that a serverless one does not go to sleep. `true`: after 3.5 minutes, only where it was seen to sleep, and while there is traffic enough to be worth it.',
}

const endpoint: SchemaNode = {
  type: ['string', 'object'],
  pattern: '^[^/\\s]+/\\S.*$',
  maxLength: 500,
  expects: '"provider/upstream-model", or a mapping with "provider" and "model"',
  description: 'An endpoint: `provider/upstream-model`, or a mapping.',
  required: ['provider', 'model'],
  properties: {
    provider: text('One of `providers`.'),
    model: text("The provider's own name of the model.", { maxLength: 400 }),
    region: text('Region, to tell apart endpoints that are otherwise the same.', {
      maxLength: 100,
      pattern: '^[^\\s/@]+$',
    }),
    weight: { type: 'number', minimum: 0, default: 1, description: 'Share of requests under the strategy `weighted`.' },
    price: price("Price of this endpoint. Default: the provider's."),
    limits: section('What the endpoint bears. Default: no limit.', {
      rpm: count('Requests per minute.'),
      tpm: count('Tokens per minute, input and output.'),
    }),
    timeouts: section("How long to wait for this endpoint. Default: the model's.", timeouts()),
    keep_warm: keepWarm,
    params,
    headers,
    context_length: count('Longest input and output together, in tokens. Default: what the plugin knows.'),
    max_output_tokens: count('Longest output, in tokens. Default: what the plugin knows.'),
    parameters: list(
      'Request parameters that have an effect here, such as `tools` or `response_format`. Default: what the plugin knows.',
      text('A parameter.'),
    ),
    input_modalities: list('Kinds of input that are understood. Default: what the plugin knows.', {
      type: 'string',
      enum: ['text', 'image', 'audio', 'video', 'file'],
    }),
    output_modalities: list(
      'Kinds of output that are made, for lists of models. Default: what the plugin knows, else text.',
      {
        type: 'string',
        enum: ['text', 'image', 'audio', 'video', 'embeddings', 'speech', 'transcription', 'rerank'],
      },
    ),
    quantization: {
      type: 'string',
      enum: QUANTIZATIONS,
      description: "Number format of the model's weights. Default: unknown.",
    },
  },
  additionalProperties: false,
}

const selectMember: SchemaNode = {
  type: ['string', 'object'],
  minLength: 1,
  expects: 'the name of a model, or a mapping with "model" and "quality"',
  description: 'A model, by name or as a mapping.',
  required: ['model'],
  properties: {
    model: text('One of `models`.'),
    quality: {
      type: 'number',
      minimum: 0,
      maximum: 1,
      description:
        'Share of its answers that are good, as far as you know: where learning begins. Default: what a public benchmark says of all of the models, else nothing.',
    },
  },
  additionalProperties: false,
}

export const models: SchemaNode = {
  type: 'object',
  description:
    'The names that clients ask for; one `*` in a name stands for any text, and in its endpoints for the same text. Clients may also ask for `provider/upstream-model` of any configured provider.',
  default: {},
  propertyNames: { type: 'string', pattern: '^\\S+$', maxLength: 200, expects: 'a name without spaces' },
  additionalProperties: section(
    "A model; or another name for one: a model's, its canonical name, or `provider/upstream-model`.",
    {
      description: { type: 'string', description: 'Shown in the list of models.' },
      endpoints: list('Where the model runs; the strategy chooses among them.', endpoint, { minItems: 1 }),
      select: section(
        'In place of `endpoints`: the cheapest of other models that is good enough for the request, learned from feedback (`POST /v1/feedback`), refusals, cut and malformed answers.',
        {
          from: list('Models to choose from, cheapest first.', selectMember, {
            minItems: 2,
            expects: 'a list of two models or more',
          }),
          min_quality: {
            type: 'number',
            minimum: 0,
            maximum: 1,
            default: 0.95,
            description: "Share of the best model's quality that answers need on average.",
          },
          per: {
            type: 'string',
            enum: ['all', 'task'],
            default: 'all',
            description: 'Over what `min_quality` holds on average: all requests, or those of each task.',
          },
          signals: section(
            'What the router sees by itself of how good an answer was, by what its conversation does next; worth a quarter of an opinion, and gives way to feedback.',
            {
              repeats: {
                type: 'boolean',
                default: true,
                description:
                  'The same asked again, or in other words, within two minutes; else the conversation went on.',
              },
              tools: {
                type: 'boolean',
                default: true,
                description:
                  'A tool failed with what the answer called it with, or was called three times in the same way.',
              },
              words: {
                type: 'boolean',
                default: false,
                description: 'The next message begins with thanks or a complaint, in a few languages.',
              },
            },
          ),
          judge: section(
            "Ask a strong model in the background whether a share of the other models' answers are right. It sends those requests and answers there. Default: nobody is asked.",
            {
              model: text('One of `models`.'),
              share: {
                type: 'number',
                exclusiveMinimum: 0,
                maximum: 1,
                default: 0.02,
                description: 'Share of the answers.',
              },
              budget: {
                type: 'number',
                exclusiveMinimum: 0,
                description: 'USD that a day (UTC) of it may cost at most, as far as its prices are known.',
              },
              rpm: count(
                'Verdicts asked for per minute at most, by each process; further answers are not judged. Default: 60 where an endpoint has no price, else no limit.',
              ),
            },
            { required: ['model', 'budget'] },
          ),
          verify,
          features: section(
            'What it learns by of a request, beside its length, task and system prompt: what its last message says. It is never kept as text.',
            {
              words: {
                type: 'boolean',
                default: true,
                description: 'Its words, hashed into 64 numbers.',
              },
              embeddings: text(
                'One of `models`: its embeddings take the place of words. It sends the last message of each request there. Default: no embeddings.',
              ),
              timeout: duration(
                'How long a request waits for its embedding at most; then it goes by its words.',
                '250ms',
                '1ms',
                '5s',
              ),
              budget: {
                type: 'number',
                exclusiveMinimum: 0,
                default: 1,
                description: 'USD that a day (UTC) of embeddings may cost, as far as their prices are known.',
              },
              rpm: count(
                'Embeddings asked for per minute at most, by each process; further requests go by their words. Default: 600 where an endpoint has no price, else no limit.',
              ),
            },
          ),
          budget: {
            type: 'number',
            exclusiveMinimum: 0,
            description: 'USD that a request may cost on average; beats `min_quality`. Default: no limit.',
          },
        },
        { required: ['from'] },
      ),
      strategy: pluginUse('How endpoints are ordered. Default: `routing.strategy`.'),
      timeouts: section(
        "How long to wait for this model's endpoints. Default, for each: as in `routing.timeouts`.",
        timeouts(),
      ),
      params,
      headers,
      fallbacks: list(
        'Models that are tried in this order when every endpoint of this one failed.',
        {
          type: ['string', 'object'],
          minLength: 1,
          expects: 'the name of a model, or a mapping with "model" and "provider"',
          description: 'A model, by name or as a mapping.',
          required: ['model'],
          properties: { model: text('One of `models`.'), provider: preferences },
          additionalProperties: false,
        },
        { default: [] },
      ),
    },
    {
      type: ['string', 'object'],
      minLength: 1,
      expects: 'a mapping of its keys, or the name of another model',
    },
  ),
}

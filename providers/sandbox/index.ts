import { type Capabilities, type DataPolicy, defineProvider, type ProviderAdapter } from 'commonroute/plugin'
import { classifyError } from '../shared/classify.ts'
import { headerSets, listRequest } from '../shared/http.ts'
import { openAiRequest, openAiUrls } from '../shared/openai-wires.ts'
import { MEDIA_MODELS } from './media/services.ts'
import { PROFILES } from './profiles.ts'
import { DURATION_PATTERN, type OutageOption, scheduleOf } from './schedule.ts'
import { Simulator } from './simulator.ts'

interface Options {
  readonly seed: number
  readonly time_scale: number
  readonly outages: readonly OutageOption[]
}

const CHAT: Capabilities = {
  contextLength: 128_000,
  maxOutputTokens: 64_000,
  inputModalities: ['text', 'image'],
  parameters: ['max_tokens', 'max_completion_tokens', 'tools', 'tool_choice', 'response_format', 'structured_outputs'],
}

/** Of a model that is there for something other than text. */
const MEDIA: ReadonlyMap<string, Capabilities> = new Map(
  [...MEDIA_MODELS].map(([name, { inputModalities, output }]) => [
    name,
    { inputModalities, outputModalities: [output], parameters: [] },
  ]),
)

const WIRES: ProviderAdapter['wires'] = {
  chat: ['openai-chat'],
  completion: ['openai-completions'],
  embedding: ['openai-embeddings'],
  image: ['openai-images'],
  image_edit: ['openai-image-edits'],
  speech: ['openai-speech'],
  transcription: ['openai-transcriptions'],
  translation: ['openai-translations'],
  rerank: ['jina-rerank'],
  moderation: ['openai-moderations'],
  counting: ['anthropic-count-tokens', 'openai-input-tokens'],
}

/** Nothing leaves the router. */
const POLICY: DataPolicy = { zdr: true, dataCollection: 'deny' }

/** The simulated provider: nothing is sent anywhere and no model runs. See README.md beside this file. */
export default defineProvider<Options>({
  name: 'sandbox',
  services: {
    sandbox: {
      models: Object.keys(PROFILES),
      others: [...MEDIA_MODELS.keys()],
      // Who tries the router without a file gets a first answer within a second, whichever endpoint gives it.
      options: { time_scale: 0.1 },
      facts: {
        title: 'Sandbox (simulated)',
        wires: WIRES,
        dataPolicy: POLICY,
        notes: ['Nothing is sent anywhere, no model runs, and every answer says so.'],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'Simulated endpoints with their own speeds, prices and faults: nothing is sent anywhere.',
    additionalProperties: false,
    properties: {
      seed: {
        type: 'integer',
        default: 1,
        description: 'The same seed and the same order of requests give the same answers, times and faults.',
      },
      time_scale: {
        type: 'number',
        minimum: 0,
        default: 1,
        description: 'Every wait is multiplied by this: 0.1 is ten times as fast, 0 waits for nothing.',
      },
      outages: {
        type: 'array',
        maxItems: 100,
        description: 'Repeated faults on the wall clock.',
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['model', 'every', 'for'],
          properties: {
            model: { type: 'string', enum: Object.keys(PROFILES) },
            every: {
              type: 'string',
              pattern: DURATION_PATTERN,
              description: 'Length of a period, e.g. 5m; counted from midnight UTC, 1 January 1970.',
            },
            for: {
              type: 'string',
              pattern: DURATION_PATTERN,
              description: 'Length of the fault at the beginning of each period, e.g. 45s.',
            },
            kind: {
              type: 'string',
              enum: ['outage', 'brownout'],
              default: 'outage',
              description: 'No answers but 503, or five times as slow.',
            },
          },
        },
        default: [
          { model: 'flaky', every: '5m', for: '45s', kind: 'outage' },
          { model: 'fast', every: '10m', for: '1m', kind: 'brownout' },
        ],
      },
    },
  },
  create(options, context): ProviderAdapter {
    const urls = openAiUrls('http://sandbox.invalid/v1')
    const headers = headerSets({}, {})
    const simulator = new Simulator({
      seed: options.seed,
      timeScale: options.time_scale,
      faultNow: scheduleOf(options.outages),
      now: context.now,
    })
    return {
      wires: WIRES,
      simulated: true,
      dataPolicy: () => POLICY,
      prepare: (call) => openAiRequest(call, urls, headers),
      answer: (request, signal) => simulator.answer(request, signal),
      classify: (status, answer, body) => classifyError(status, answer, body, context.now()),
      capabilities: (model) => MEDIA.get(model) ?? (Object.hasOwn(PROFILES, model) ? CHAT : {}),
      price: (model) =>
        MEDIA_MODELS.get(model)?.price ?? (Object.hasOwn(PROFILES, model) ? PROFILES[model]!.price : undefined),
      models: () => listRequest(urls.get('models')!, headers),
    }
  },
})

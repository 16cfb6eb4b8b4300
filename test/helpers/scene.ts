/** A router as a process over scripted upstreams of both wires, for the acceptance tests. */
import { type Router, startRouter } from './router.ts'
import { faults, startUpstream, type Upstream } from './upstream.ts'

export const KEY = 'sk-client-key'
export const GOOD = 'Hello from the upstream.'
/** What a stream has said when it is cut. */
export const SAID_BEFORE = 'Hello from t'

export interface Scene {
  readonly router: Router
  readonly upstream: Upstream
  close(): Promise<void>
}

/** A model of each of these names exists per wire: `good/openai`, `good/anthropic`, `good/chat`, ... */
const SCRIPTS = {
  good: [],
  /** Fails as a whole. */
  broken: [faults.status(500)],
  limited: [faults.rateLimited(17)],
  /** Breaks off after some tokens. */
  cut: [faults.cutAfter(2)],
  hanging: [faults.hangAfter(2)],
  mistaken: [faults.status(400)],
}

/**
 * Models `KIND/openai`, `KIND/anthropic` and `KIND/chat` over an endpoint of OpenAI (chats, responses and more), of
 * Anthropic, and one that speaks nothing but chats; `failover/WIRE`, whose first endpoint is broken; `acme/embedder`.
 * Everything costs 1 USD per million tokens in and 2 out.
 */
export async function startScene(): Promise<Scene> {
  const upstream = await startUpstream({ text: GOOD })
  for (const [name, behaviours] of Object.entries(SCRIPTS)) upstream.script(name, ...behaviours)
  const price = { prompt: 1, completion: 2 }
  const models = ['openai', 'anthropic', 'chat'].flatMap((wire) => [
    ...Object.keys(SCRIPTS).map((name) => [`${name}/${wire}`, { endpoints: [`${wire}-wire/${name}`] }]),
    [`failover/${wire}`, { endpoints: [`${wire}-wire/broken`, `${wire}-wire/good`] }],
  ])
  const router = await startRouter({
    config: {
      auth: { keys: [KEY] },
      providers: {
        'openai-wire': { plugin: 'openai', base_url: upstream.url, api_key: 'sk-upstream-secret', price },
        'anthropic-wire': { plugin: 'anthropic', base_url: upstream.url, api_key: 'sk-ant-upstream-secret', price },
        'chat-wire': { plugin: 'openai-compatible', base_url: upstream.url, price },
      },
      models: { ...Object.fromEntries(models), 'acme/embedder': { endpoints: ['openai-wire/embedder'] } },
      routing: { strategy: 'priority' },
    },
  })
  return {
    router,
    upstream,
    close: async () => {
      await router.stop()
      await upstream.close()
    },
  }
}

export const WEATHER_SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false,
}

/** A transparent pixel. */
export const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

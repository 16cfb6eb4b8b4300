import { type DataPolicy, defineProvider, editBody, type ProviderAdapter, type ProviderCall } from 'commonroute/plugin'
import { claudeQuirks } from '../shared/claude.ts'
import { renewedCredentials } from '../shared/credentials.ts'
import { countBody, GEMINI_QUIRKS, methodOf, modelUrls, pathOf } from '../shared/gemini-api.ts'
import { classifyGoogle } from '../shared/google-errors.ts'
import {
  API_KEY_SCHEMA,
  BASE_URL_SCHEMA,
  HEADERS_SCHEMA,
  type HeaderMap,
  headerSets,
  passedThrough,
} from '../shared/http.ts'
import { fetchToken } from './credentials.ts'
import { LOCATIONS } from './locations.ts'

interface Options {
  readonly project: string
  readonly location: string
  readonly credentials?: string
  readonly credentials_file?: string
  readonly access_token?: string
  readonly base_url?: string
  readonly headers: HeaderMap
}

const isClaude = (model: string): boolean => /(?:^|\/)claude-/.test(model)

/** By the terms of Google Cloud; caches and logs against abuse are kept for a while. */
const POLICY: DataPolicy = {
  zdr: false,
  dataCollection: 'deny',
  source: 'https://docs.cloud.google.com/gemini-enterprise-agent-platform/resources/zero-data-retention',
}

const WIRES: ProviderAdapter['wires'] = { chat: ['gemini', 'anthropic-messages'], counting: ['gemini-count-tokens'] }

/** https://platform.claude.com/docs/en/build-with-claude/claude-on-vertex-ai */
const CLAUDE_VERSION = 'vertex-2023-10-16'

/**
 * Vertex AI: Gemini in its own wire, Claude in Anthropic's. Source: https://cloud.google.com/vertex-ai/docs/reference,
 * November 2026.
 */
export default defineProvider<Options>({
  name: 'vertex',
  services: {
    vertex: {
      options: {
        project: `\${GOOGLE_CLOUD_PROJECT}`,
        location: `\${GOOGLE_CLOUD_LOCATION:-global}`,
      },
      variables: ['GOOGLE_CLOUD_PROJECT', 'GOOGLE_APPLICATION_CREDENTIALS'],
      facts: {
        title: 'Vertex AI',
        baseUrl: `https://\${LOCATION}-aiplatform.googleapis.com/v1`,
        auth: 'authorization: Bearer TOKEN, of a service account or the machine',
        wires: WIRES,
        regions: LOCATIONS,
        dataPolicy: POLICY,
        notes: [
          "Without a service account's key or access_token, tokens need npm install google-auth-library.",
          'Not every model is in every location; global is Google’s choice among them.',
        ],
        sources: [
          'https://cloud.google.com/vertex-ai/docs/reference',
          'https://cloud.google.com/vertex-ai/generative-ai/docs/learn/locations',
        ],
      },
    },
  },
  schema: {
    type: 'object',
    description: "Google Cloud's Vertex AI: Gemini, and Claude, by service account or the machine's own identity.",
    additionalProperties: false,
    required: ['project'],
    examples: [{ project: 'my-project', access_token: 'ya29.token' }],
    properties: {
      project: {
        type: 'string',
        pattern: '^[a-z][a-z0-9.:-]*$',
        expects: 'the id of a Google Cloud project',
        description: 'Usually from the environment: GOOGLE_CLOUD_PROJECT.',
      },
      location: {
        type: 'string',
        // It becomes a part of the host: nothing else may stand in it.
        pattern: '^[a-z][a-z0-9-]*$',
        expects: 'a region such as europe-west4, us or eu, or global',
        default: 'global',
        description: 'A region, a multi-region (us, eu), or global.',
      },
      credentials: {
        type: 'string',
        minLength: 2,
        writeOnly: true,
        description: 'The JSON of a service account, or of a workload identity. Default: what the machine has (ADC).',
      },
      credentials_file: { type: 'string', minLength: 1, description: 'A file of the same.' },
      access_token: { ...API_KEY_SCHEMA, description: 'A token that somebody else renews, in place of credentials.' },
      base_url: { ...BASE_URL_SCHEMA, description: "With the version. Default: the location's own, with v1." },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const { project, location, access_token: fixed } = options
    const base = (options.base_url ?? `https://${hostOf(location)}/v1`).replace(/\/+$/, '')
    const place = `${base}/projects/${encodeURIComponent(project)}/locations/${location}`
    const urls = modelUrls((model) => `${place}/${pathTo(model)}`)
    const headers = headerSets({}, options.headers)
    const find = fetchToken(options, context.directory, context.now)
    const tokens = renewedCredentials(find, context.now, 'there is no token for Vertex AI: ')
    const described = (call: ProviderCall, model: string, token: string) => {
      const isMessages = call.wire === 'anthropic-messages'
      const own = call.stream ? headers.stream : headers.whole
      const beta = isMessages ? call.headers['anthropic-beta'] : undefined
      return {
        method: 'POST' as const,
        url: urls(model, isMessages ? (call.stream ? 'streamRawPredict' : 'rawPredict') : methodOf(call)),
        headers: { ...own, authorization: `Bearer ${token}`, ...(beta !== undefined && { 'anthropic-beta': beta }) },
        body: isMessages ? claudeBody(call.body) : countBody(call, model),
        framing: call.stream ? ('sse' as const) : ('none' as const),
      }
    }
    // Requests to `global` may be worked on anywhere.
    const policy = options.base_url === undefined ? { ...POLICY, region: location } : undefined
    return {
      dataPolicy: () => policy,
      wires: WIRES,
      prepare(call, { model }) {
        const token = fixed ?? tokens.get()
        return typeof token === 'string'
          ? described(call, model, token)
          : token.then((ready) => described(call, model, ready))
      },
      async passThrough(call) {
        const target = passedThrough(base, call, headers)
        return { ...target, headers: { ...target.headers, authorization: `Bearer ${fixed ?? (await tokens.get())}` } }
      },
      quirks: (wire, model) =>
        wire === 'anthropic-messages' ? claudeQuirks(model) : wire === 'gemini' ? GEMINI_QUIRKS : undefined,
      classify(status, answer, body) {
        // One that was revoked before its end; the next request brings another.
        if (status === 401) tokens.forget()
        return classifyGoogle(status, answer, body, context.now())
      },
      capabilities: (model) => ({ chatWires: isClaude(model) ? ['anthropic-messages'] : ['gemini'] }),
    }
  },
})

/** `global` has no region in its host, multi-regions have one of their own. */
function hostOf(location: string): string {
  if (location === 'global') return 'aiplatform.googleapis.com'
  if (!location.includes('-')) return `aiplatform.${location}.rep.googleapis.com`
  return `${location}-aiplatform.googleapis.com`
}

/** A tuned model is an endpoint with a number. */
function pathTo(model: string): string {
  if (/^\d+$/.test(model)) return `endpoints/${model}`
  if (model.startsWith('publishers/') || model.startsWith('endpoints/')) return pathOf(model)
  return `publishers/${isClaude(model) ? 'anthropic' : 'google'}/models/${pathOf(model)}`
}

/** The model stands in the address; the version of the API in the body. */
const claudeBody = (body: Buffer): Buffer =>
  editBody(body, { set: { anthropic_version: CLAUDE_VERSION }, remove: ['model'] })

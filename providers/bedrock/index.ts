import {
  type DataPolicy,
  defineProvider,
  type Endpoint,
  type ProviderAdapter,
  type ProviderCall,
  type UpstreamRequest,
} from 'commonroute/plugin'
import {
  API_KEY_SCHEMA,
  BASE_URL_SCHEMA,
  HEADERS_SCHEMA,
  type HeaderMap,
  headerSets,
  joinUrl,
  passedThrough,
} from '../shared/http.ts'
import { classifyBedrock, isExpired } from './classify.ts'
import { type CredentialOptions, credentialsOf } from './credentials.ts'
import { listRequest, modelsIn } from './list.ts'
import { areaOf, wiresOf } from './models.ts'
import { quirksOf } from './quirks.ts'
import { BASE_URL, isRegion, REGION_PATTERN, REGIONS } from './regions.ts'
import { bodyOf, framingOf, pathOf } from './request.ts'
import { signed } from './sign.ts'

interface Options extends CredentialOptions {
  readonly api_key?: string
  readonly region?: string
  readonly base_url: string
  readonly signing_name: string
  readonly headers: HeaderMap
}

const WIRES: ProviderAdapter['wires'] = {
  chat: ['bedrock-converse', 'anthropic-messages'],
  embedding: ['titan-embed', 'cohere-embed'],
  counting: ['bedrock-count-tokens'],
}

/** Whether anything is kept depends on the model, and on the account's mode of retention. */
const POLICY: DataPolicy = {
  dataCollection: 'deny',
  source: 'https://docs.aws.amazon.com/bedrock/latest/userguide/data-retention.html',
}

const SECRET = { type: 'string', minLength: 1, writeOnly: true }

/**
 * Amazon Bedrock's runtime: Converse for every model, and InvokeModel for clients of Messages that ask for Claude,
 * whose bytes pass. Model ids, inference profiles (`us.`, `eu.`, `apac.`, `global.`) and ARNs are models; an endpoint's
 * `region` leads to that region, so that each pair is ranked and learned about on its own.
 */
export default defineProvider<Options>({
  name: 'bedrock',
  services: {
    bedrock: {
      keyVariable: 'AWS_BEARER_TOKEN_BEDROCK',
      hosts: Object.fromEntries(REGIONS.map((region) => [`bedrock-runtime.${region}.amazonaws.com`, region])),
      facts: {
        title: 'Amazon Bedrock',
        wires: WIRES,
        dataPolicy: POLICY,
        notes: [
          'With the mode of retention none, nothing is kept: declare data_policy: { zdr: true } then.',
          'Keys of AWS, profiles and roles do as well: requests are then signed.',
          'The region of an endpoint is the region that it is asked in; requests by profile (us., eu., global.) may run in others.',
        ],
        sources: [
          'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
          'https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html',
        ],
      },
    },
  },
  schema: {
    type: 'object',
    description: 'Amazon Bedrock.',
    additionalProperties: false,
    examples: [{ region: 'eu-central-1', access_key_id: 'AKIAIOSFODNN7EXAMPLE', secret_access_key: 'KEY-OF-A-USER' }],
    dependentRequired: { access_key_id: ['secret_access_key'], secret_access_key: ['access_key_id'] },
    properties: {
      region: {
        type: 'string',
        pattern: REGION_PATTERN,
        expects: 'a region such as eu-central-1',
        description: 'Of endpoints without a region of their own. Default: AWS_REGION, AWS_DEFAULT_REGION, us-east-1.',
      },
      api_key: { ...API_KEY_SCHEMA, description: 'A key of Bedrock; usually AWS_BEARER_TOKEN_BEDROCK.' },
      access_key_id: { ...SECRET, description: 'Without any: the environment, then AWS’s own chain of credentials.' },
      secret_access_key: SECRET,
      session_token: { ...SECRET, description: 'Of temporary credentials.' },
      profile: { type: 'string', minLength: 1, description: 'A profile of ~/.aws; needs the package of the chain.' },
      base_url: {
        ...BASE_URL_SCHEMA,
        default: BASE_URL,
        description: '{region} stands for the region; a VPC’s own address, for example.',
      },
      signing_name: { type: 'string', default: 'bedrock', description: 'Service that signatures are for.' },
      headers: HEADERS_SCHEMA,
    },
  },
  create(options, context): ProviderAdapter {
    const { api_key: key, signing_name: service, base_url: baseUrl } = options
    const home = options.region ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? 'us-east-1'
    const headers = headerSets(key === undefined ? {} : { authorization: `Bearer ${key}` }, {
      accept: 'application/vnd.amazon.eventstream, application/json',
      ...options.headers,
    })
    const credentials = key === undefined ? credentialsOf(options, context.now) : undefined
    const addressIn = (region: string): string => baseUrl.replaceAll('{region}', region)
    const describe = (call: ProviderCall, model: string, region: string) => ({
      method: 'POST' as const,
      url: joinUrl(addressIn(region), pathOf(call, model)),
      headers: call.stream ? headers.stream : headers.whole,
      body: bodyOf(call),
      framing: framingOf(call),
    })
    const authorized = (request: UpstreamRequest, region: string): UpstreamRequest | Promise<UpstreamRequest> => {
      if (!credentials) return request
      const sign = async () => signed(request, await credentials.get(), { region, service, now: context.now() })
      return sign()
    }
    return {
      wires: WIRES,
      prepare(call: ProviderCall, endpoint: Endpoint) {
        const region = isRegion(endpoint.region) ? endpoint.region : home
        return authorized(describe(call, endpoint.model, region), region)
      },
      dataPolicy: (model, region) =>
        baseUrl === BASE_URL ? { ...POLICY, region: areaOf(model) ?? (isRegion(region) ? region : home) } : undefined,
      quirks: quirksOf,
      classify(status, answer, body) {
        const failure = classifyBedrock(status, answer, body, context.now())
        if (isExpired(failure)) credentials?.forget()
        return failure
      },
      capabilities: wiresOf,
      models: (page) => authorized(listRequest(addressIn(home), headers.whole, page), home),
      modelsIn,
      // A signature needs the body, which is not there yet.
      ...(key !== undefined && { passThrough: (call) => passedThrough(addressIn(home), call, headers) }),
    }
  },
})

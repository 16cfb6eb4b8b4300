import { COHERE_POLICY, GEMINI_POLICY } from '../../shared/data-policy.ts'
import type { Preset } from '../preset.ts'

type Policy = NonNullable<Preset['dataPolicy']>

/** Looked for; nothing that says it plainly is published. A demand is then not met. */
const UNKNOWN = 'unknown'
/** The same, because it depends on whom the gateway asks. */
const OF_OTHERS = 'of others'

/** In this region, by its address and its documentation; of the rest nothing plain is published. */
const inRegion = (region: string, source: string): Policy => ({ region, source })
const EU = 'eu'
const CN = 'cn'

const MISTRAL = inRegion(EU, 'https://help.mistral.ai/en/articles/347629-where-do-you-store-my-data')

/** Where OpenRouter lists what it knows of the providers behind it: taken for the worse only, for terms may be its own. */
const OPENROUTERS_LIST = 'https://openrouter.ai/docs/guides/privacy/provider-logging'

/**
 * What becomes of prompts at each hosted service, as an ordinary account has it: what is agreed beyond that is declared
 * in the configuration. Read in November 2026.
 */
export const DATA_POLICIES: Readonly<Record<string, Policy | typeof UNKNOWN | typeof OF_OTHERS>> = {
  // Makers.
  ai21: UNKNOWN,
  codestral: MISTRAL,
  cognition: UNKNOWN,
  cohere: COHERE_POLICY,
  dashscope: inRegion('sg', 'https://www.alibabacloud.com/help/en/model-studio/regions/'),
  deepseek: {
    zdr: false,
    dataCollection: 'allow',
    region: CN,
    source: 'https://cdn.deepseek.com/policies/en-US/deepseek-privacy-policy.html',
  },
  gemini: GEMINI_POLICY,
  inception: UNKNOWN,
  llama: UNKNOWN,
  // Of the cheaper `-contributor` models the opposite holds.
  meta: {
    dataCollection: 'deny',
    source: 'https://developer.meta.com/ai/products/meta-model-api/',
    except: /-contributor$/,
  },
  minimax: UNKNOWN,
  mistral: MISTRAL,
  moonshot: UNKNOWN,
  morph: UNKNOWN,
  nova: UNKNOWN,
  perplexity: {
    zdr: true,
    dataCollection: 'deny',
    source: 'https://docs.perplexity.ai/docs/resources/privacy-security',
  },
  poolside: UNKNOWN,
  recraft: UNKNOWN,
  reka: UNKNOWN,
  sakana: UNKNOWN,
  sarvam: UNKNOWN,
  stepfun: inRegion(CN, 'https://platform.stepfun.com/docs/zh/overview/concept'),
  tencent: inRegion(CN, 'https://cloud.tencent.com/document/product/1823/130050'),
  upstage: UNKNOWN,
  v0: UNKNOWN,
  volcengine: inRegion(CN, 'https://www.volcengine.com/docs/82379/1298454'),
  xai: { zdr: false, dataCollection: 'deny', source: 'https://docs.x.ai/docs/faq/security' },
  xiaomi: UNKNOWN,
  zai: UNKNOWN,
  // Hosts of open models.
  abliteration: UNKNOWN,
  baseten: { zdr: true, dataCollection: 'deny', source: 'https://docs.baseten.co/observability/security' },
  cerebras: {
    zdr: true,
    dataCollection: 'deny',
    source: 'https://support.cerebras.net/articles/1811589793-does-cerebras-retain-my-data',
  },
  chutes: UNKNOWN,
  clarifai: UNKNOWN,
  crusoe: UNKNOWN,
  // What it passes on to Google and Anthropic, these keep.
  deepinfra: {
    zdr: true,
    dataCollection: 'deny',
    source: 'https://docs.deepinfra.com/account/data-privacy',
    except: /^(?:anthropic|google)\//,
  },
  featherless: UNKNOWN,
  fireworks: {
    dataCollection: 'deny',
    source: 'https://docs.fireworks.ai/guides/security_compliance/data_handling',
  },
  friendli: UNKNOWN,
  gmi: UNKNOWN,
  groq: { dataCollection: 'deny', source: 'https://console.groq.com/docs/your-data' },
  huggingface: OF_OTHERS,
  hyperbolic: UNKNOWN,
  'inference-net': UNKNOWN,
  'io-net': UNKNOWN,
  lambda: UNKNOWN,
  lemonfox: UNKNOWN,
  libertai: UNKNOWN,
  modelscope: inRegion(CN, 'https://modelscope.cn/docs/model-service/API-Inference/intro'),
  nearai: UNKNOWN,
  nebius: UNKNOWN,
  neuralwatt: UNKNOWN,
  novita: UNKNOWN,
  nscale: UNKNOWN,
  nvidia: { zdr: false, dataCollection: 'allow', source: OPENROUTERS_LIST },
  parasail: {
    zdr: true,
    dataCollection: 'deny',
    source: 'https://docs.parasail.io/parasail-docs/security-and-account-management/data-privacy-retention',
  },
  publicai: UNKNOWN,
  sambanova: UNKNOWN,
  'scx-ai': UNKNOWN,
  siliconflow: UNKNOWN,
  'siliconflow-cn': inRegion(CN, 'https://docs.siliconflow.cn/cn/api-reference/chat-completions/chat-completions'),
  synthetic: UNKNOWN,
  tensormesh: UNKNOWN,
  tinfoil: { zdr: true, dataCollection: 'deny', source: 'https://docs.tinfoil.sh' },
  // Prompts are stored unless an organization turns that off; training is by consent only.
  together: { zdr: false, dataCollection: 'deny', source: 'https://docs.together.ai/docs/zero-data-retention' },
  // Its private models keep nothing, the anonymized ones are others'; names do not say which is which.
  venice: OF_OTHERS,
  wandb: UNKNOWN,
  // Clouds.
  berget: inRegion(EU, 'https://berget.ai'),
  cloudferro: inRegion(EU, 'https://docs.sherlock.cloudferro.com/'),
  'cloudflare-workers-ai': UNKNOWN,
  databricks: UNKNOWN,
  digitalocean: UNKNOWN,
  evroc: inRegion(EU, 'https://docs.evroc.com/products/think/overview.html'),
  heroku: inRegion('us', 'https://devcenter.heroku.com/articles/heroku-inference-api-v1-chat-completions'),
  'hpc-ai': UNKNOWN,
  ovhcloud: {
    dataCollection: 'deny',
    region: EU,
    source: 'https://www.ovhcloud.com/en/public-cloud/ai-endpoints/',
  },
  privatemode: UNKNOWN,
  qiniu: inRegion(CN, 'https://developer.qiniu.com/aitokenapi'),
  regolo: inRegion(EU, 'https://docs.regolo.ai/'),
  scaleway: {
    zdr: true,
    dataCollection: 'deny',
    region: EU,
    source: 'https://www.scaleway.com/en/docs/generative-apis/reference-content/data-privacy/',
  },
  snowflake: UNKNOWN,
  stackit: inRegion(EU, 'https://docs.stackit.cloud/products/data-and-ai/ai-model-serving/'),
  vultr: UNKNOWN,
  // Gateways; of some at least what they keep themselves is known.
  abacus: OF_OTHERS,
  aihubmix: OF_OTHERS,
  aimlapi: OF_OTHERS,
  assemblyai: OF_OTHERS,
  'cloudflare-ai-gateway': {
    zdr: false,
    source: 'https://developers.cloudflare.com/ai-gateway/observability/logging/',
  },
  cometapi: OF_OTHERS,
  cortecs: OF_OTHERS,
  edenai: OF_OTHERS,
  fastrouter: OF_OTHERS,
  'github-models': OF_OTHERS,
  helicone: { zdr: false, source: 'https://docs.helicone.ai/features/advanced-usage/omit-logs' },
  jiekou: OF_OTHERS,
  kilo: OF_OTHERS,
  litellm: OF_OTHERS,
  llmgateway: OF_OTHERS,
  'nano-gpt': OF_OTHERS,
  'opencode-zen': OF_OTHERS,
  openrouter: OF_OTHERS,
  orcarouter: OF_OTHERS,
  poe: OF_OTHERS,
  portkey: { zdr: false, source: 'https://portkey.ai/docs/introduction/what-is-portkey' },
  requesty: OF_OTHERS,
  vercel: OF_OTHERS,
  zenmux: OF_OTHERS,
  // Search.
  jina: UNKNOWN,
  voyage: UNKNOWN,
}

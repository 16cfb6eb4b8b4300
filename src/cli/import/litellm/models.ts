import { isMapping, listAt, type Mapping, mappingAt, textAt } from '../../../config/view.ts'
import type { Deployment } from './account.ts'
import { bedrockModel, CLOUD_SECRETS } from './clouds.ts'
import type { LiteLlmFile } from './document.ts'
import type { ProviderTable } from './providers.ts'

/** What has been made so far of the file: our config.yaml. */
export interface Imported {
  readonly providers: Record<string, Record<string, unknown>>
  readonly models: Record<string, Record<string, unknown> | string>
}

/** Of `litellm_params`: whom it reaches, and how. */
const ACCOUNT = ['api_base', 'base_url', 'api_key', 'organization']
/** Of an endpoint: ours by LiteLLM's name. */
const SAME: Readonly<Record<string, string>> = { weight: 'weight', region_name: 'region', aws_region_name: 'region' }
/** Answered by what the router does anyway. */
const NEEDLESS: Readonly<Record<string, string>> = {
  drop_params: 'parameters that an endpoint does not take are left out anyway',
  api_version: 'the API without versions is used',
  custom_llm_provider: 'is part of the endpoint',
  stream: 'clients say it',
  num_retries: 'routing.retries holds for all models',
  max_retries: 'routing.retries holds for all models',
  cooldown_time: 'how long an endpoint rests is learned from its failures',
}
/** Of no use as a parameter of a request. */
const NO_PARAMETERS =
  /^(?:aws_|vertex_|azure_|litellm_|tags?$|tag_regex|max_budget|budget_duration|mock_response|order$|itpm|otpm|use_in_pass_through|use_litellm_proxy|configurable_clientside|merge_reasoning|model_info|max_parallel_requests|input_cost|output_cost|model_id$|cache_|cost_per|auto_router|rpm$|tpm$|cooldown)/

/** `model_list`: deployments of the same name are the endpoints of one model. */
export function importModels(file: LiteLlmFile, table: ProviderTable, out: Imported): void {
  const orders = new Map<string, { at: number; order: number }[]>()
  for (const [index, entry] of listAt(file.root, 'model_list').entries()) {
    const path = ['model_list', index]
    const name = isMapping(entry) ? textAt(entry, 'model_name') : undefined
    const params = isMapping(entry) ? withCredentials(file.root, mappingAt(entry, 'litellm_params')) : {}
    const upstream = textAt(params, 'model')
    if (!isMapping(entry) || name === undefined || upstream === undefined) {
      file.note(path, 'left out', 'a deployment needs model_name and litellm_params.model')
      continue
    }
    const { deployment, model, region } = deploymentOf(params, upstream, table)
    if (name === '*' && model === '*') {
      file.note(path, 'needless', `any model may be asked for as provider/model, with no entry`)
      continue
    }
    const account = table.account(deployment)
    if ('why' in account) {
      file.note(path, 'left out', `${account.why}: add it as a provider yourself`)
      continue
    }
    const provider = accountName(out, account.name, account.entry)
    for (const key of account.from ?? []) file.note([...path, 'litellm_params', key], 'carried', 'the provider')
    const notes = Object.entries(account.notes ?? {})
    const written = name.replaceAll(/\s+/g, '-')
    out.models[written] ??= { endpoints: [] }
    const known = out.models[written] as { endpoints: unknown[] }
    if (
      known.endpoints.some((other) =>
        isSame(other, provider, model, params.aws_region_name ?? params.region_name ?? region),
      )
    ) {
      file.note(path, 'left out', 'it is listed twice, with the same account')
      continue
    }
    const endpoint = { provider, model, ...(region && { region }), ...endpointFields(file, index, entry, params) }
    for (const [key, { outcome, note }] of notes) file.note([...path, 'litellm_params', key], outcome, note)
    file.note([...path, 'model_name'], written === name ? 'carried' : 'changed', `models."${written}"`)
    for (const key of ['model', 'model_id'])
      file.note([...path, 'litellm_params', key], 'carried', `endpoint ${provider}/${model}`)
    const { order } = params
    if (typeof order === 'number')
      orders.set(written, [...(orders.get(written) ?? []), { at: known.endpoints.length, order }])
    known.endpoints.push(Object.keys(endpoint).length === 2 ? `${provider}/${model}` : endpoint)
    if (typeof order === 'number')
      file.note([...path, 'litellm_params', 'order'], 'carried', 'place in the list, tried in that order')
  }
  for (const [name, places] of orders) {
    const model = out.models[name] as { endpoints: unknown[]; strategy?: string }
    const orderAt = new Map(places.map(({ at, order }) => [at, order]))
    model.endpoints = model.endpoints
      .map((endpoint, at) => ({ endpoint, order: orderAt.get(at) ?? Number.POSITIVE_INFINITY }))
      .sort((a, b) => a.order - b.order)
      .map(({ endpoint }) => endpoint)
    model.strategy = 'priority'
  }
}

const isSame = (endpoint: unknown, provider: string, model: string, region: unknown): boolean =>
  isMapping(endpoint)
    ? endpoint.provider === provider && endpoint.model === model && endpoint.region === region
    : endpoint === `${provider}/${model}` && region === undefined

function withCredentials(root: Mapping, params: Mapping): Mapping {
  const name = textAt(params, 'litellm_credential_name')
  const found = listAt(root, 'credential_list').find((entry) => isMapping(entry) && entry.credential_name === name)
  return isMapping(found) && name !== undefined ? { ...mappingAt(found, 'credential_values'), ...params } : params
}

function deploymentOf(params: Mapping, upstream: string, table: ProviderTable) {
  const slash = upstream.indexOf('/')
  const before = upstream.slice(0, Math.max(0, slash))
  const given = textAt(params, 'custom_llm_provider')
  const isNamed = slash > 0 && (given === undefined || given === before) && table.knows(before)
  // A bare name is OpenAI's, or whose it must be.
  const guessed = slash > 0 ? before : /^claude/.test(upstream) ? 'anthropic' : 'openai'
  const provider = given ?? (isNamed ? before : guessed)
  const model = isNamed || (slash > 0 && given === undefined) ? upstream.slice(slash + 1) : upstream
  const apiBase = textAt(params, 'api_base') ?? textAt(params, 'base_url')
  const apiKey = textAt(params, 'api_key')
  const organization = textAt(params, 'organization')
  const deployment: Deployment = {
    provider,
    params,
    ...(apiBase !== undefined && { apiBase }),
    ...(apiKey !== undefined && { apiKey }),
    ...(organization !== undefined && { organization }),
  }
  // LiteLLM's ways to ask for another API of the same provider.
  const named = model.replace(/^(?:converse|invoke|responses|chat)\//, '')
  const isBedrock = provider.startsWith('bedrock')
  return { deployment, ...(isBedrock ? bedrockModel(named, params) : { model: named, region: undefined }) }
}

/** The account's name: of equal ones the same, of others with a number. */
function accountName({ providers }: Imported, wish: string, entry: Record<string, unknown>): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? wish : `${wish}-${n}`
    const { plugin = wish, ...rest } = entry
    const own = plugin === name ? rest : { plugin, ...rest }
    providers[name] ??= own
    if (JSON.stringify(providers[name]) === JSON.stringify(own)) return name
  }
}

function endpointFields(file: LiteLlmFile, index: number, entry: Mapping, params: Mapping): Mapping {
  const at = (key: string) => ['model_list', index, 'litellm_params', key]
  const info = mappingAt(entry, 'model_info')
  const carried = (key: string, as: string) => file.note(at(key), 'carried', as)
  const out: Mapping = {}
  for (const key of ACCOUNT) if (key in params) carried(key, 'the provider')
  for (const [key, ours] of Object.entries(SAME))
    if (key in params) {
      out[ours] = params[key]
      carried(key, `endpoint's ${ours}`)
    }
  const limits: Mapping = {}
  for (const key of ['rpm', 'tpm'] as const) {
    const value = entry[key] ?? params[key] ?? info[key]
    if (typeof value !== 'number' || value < 1) continue
    limits[key] = Math.floor(value)
    for (const path of [['model_list', index, key], at(key), ['model_list', index, 'model_info', key]])
      file.note(path, 'carried', `endpoint's limits.${key}`)
  }
  if (Object.keys(limits).length > 0) out.limits = limits
  const timeouts: Mapping = {}
  for (const [key, ours] of [
    ['timeout', 'total'],
    ['request_timeout', 'total'],
    ['stream_timeout', 'first_token'],
  ] as const) {
    const value = seconds(params[key])
    if (value === undefined) continue
    timeouts[ours] = value
    file.note(at(key), key === 'stream_timeout' ? 'changed' : 'carried', `endpoint's timeouts.${ours}`)
  }
  if (Object.keys(timeouts).length > 0) out.timeouts = timeouts
  const price = priceOf(file, index, params, info)
  if (price) out.price = price
  for (const [key, ours] of [
    ['max_input_tokens', 'context_length'],
    ['max_output_tokens', 'max_output_tokens'],
  ] as const)
    if (typeof info[key] === 'number') {
      out[ours] = info[key]
      file.note(['model_list', index, 'model_info', key], 'carried', `endpoint's ${ours}`)
    }
  for (const key of ['mode', 'id', 'base_model'])
    if (key in info)
      file.note(['model_list', index, 'model_info', key], 'needless', 'the router finds it out by itself')
  return { ...out, ...parametersOf(file, index, params) }
}

/** LiteLLM sends what it does not know itself to the provider. */
function parametersOf(file: LiteLlmFile, index: number, params: Mapping): Mapping {
  const at = (key: string) => ['model_list', index, 'litellm_params', key]
  const known = new Set([
    ...ACCOUNT,
    ...Object.keys(SAME),
    'model',
    'timeout',
    'request_timeout',
    'stream_timeout',
    'extra_headers',
    'headers',
    'extra_body',
  ])
  const defaults: Mapping = {}
  for (const [key, value] of Object.entries(params)) {
    if (known.has(key) || CLOUD_SECRETS.has(key) || NO_PARAMETERS.test(key)) continue
    if (Object.hasOwn(NEEDLESS, key)) file.note(at(key), 'needless', NEEDLESS[key]!)
    else {
      defaults[key] = value
      file.note(at(key), 'carried', `endpoint's params.defaults.${key}`)
    }
  }
  const overrides = mappingAt(params, 'extra_body')
  if (isMapping(params.extra_body)) file.note(at('extra_body'), 'carried', "endpoint's params.overrides")
  const headers = { ...mappingAt(params, 'headers'), ...mappingAt(params, 'extra_headers') }
  for (const key of ['headers', 'extra_headers']) if (key in params) file.note(at(key), 'carried', "endpoint's headers")
  const edits = {
    ...(Object.keys(defaults).length > 0 && { defaults }),
    ...(Object.keys(overrides).length > 0 && { overrides }),
  }
  return {
    ...(Object.keys(edits).length > 0 && { params: edits }),
    ...(Object.keys(headers).length > 0 && { headers }),
  }
}

const COSTS = [
  ['input_cost_per_token', 'prompt'],
  ['output_cost_per_token', 'completion'],
  ['cache_read_input_token_cost', 'cache_read'],
  ['cache_creation_input_token_cost', 'cache_write'],
] as const

function priceOf(file: LiteLlmFile, index: number, params: Mapping, info: Mapping): Mapping | undefined {
  const price: Record<string, number> = {}
  for (const [key, ours] of COSTS) {
    const value = Number(params[key] ?? info[key] ?? Number.NaN)
    if (Number.isNaN(value)) continue
    price[ours] = Number((value * 1e6).toPrecision(12))
    for (const holder of ['litellm_params', 'model_info'])
      file.note(['model_list', index, holder, key], 'carried', `endpoint's price.${ours}, per million tokens`)
  }
  if (Object.keys(price).length === 0) return undefined
  return { prompt: 0, completion: 0, ...price }
}

/** As a duration of ours; undefined for what is none. */
export function seconds(value: unknown): string | undefined {
  if (typeof value === 'string' && value.startsWith('${')) return value
  const number = Number(value ?? Number.NaN)
  return number > 0 && number <= 86_400 ? (number >= 1 ? `${number}s` : `${Math.ceil(number * 1000)}ms`) : undefined
}

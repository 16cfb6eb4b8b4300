import { isMapping, listAt, type Mapping, mappingAt, textAt } from '../../../config/view.ts'
import type { LiteLlmFile } from './document.ts'
import { type Imported, seconds } from './models.ts'

const STRATEGIES: Readonly<Record<string, string>> = {
  'simple-shuffle': 'weighted',
  'least-busy': 'least-busy',
  'usage-based-routing': 'usage',
  'usage-based-routing-v2': 'usage',
  'latency-based-routing': 'latency',
  'cost-based-routing': 'price',
}

const LEARNED = 'how long an endpoint rests is learned from its failures'
const SHARED = 'processes of one router share what they learn by themselves'
const NEEDLESS: Readonly<Record<string, string>> = {
  allowed_fails: LEARNED,
  allowed_fails_policy: LEARNED,
  cooldown_time: LEARNED,
  disable_cooldowns: LEARNED,
  retry_after: 'waits follow what providers say',
  retry_policy: 'what is worth a retry follows from the kind of failure',
  model_group_retry_policy: 'what is worth a retry follows from the kind of failure',
  routing_strategy_args: 'strategies learn their windows',
  enable_pre_call_check: 'endpoints that a prompt does not fit are always left out',
  enable_pre_call_checks: 'endpoints that a prompt does not fit are always left out',
  drop_params: 'parameters that an endpoint does not take are left out anyway',
  modify_params: 'requests are always made to fit',
  redis_host: SHARED,
  redis_port: SHARED,
  redis_password: SHARED,
  redis_url: SHARED,
  turn_off_message_logging: 'prompts and answers are never logged',
  background_health_checks: 'endpoints are judged by the requests that they serve',
  health_check_interval: 'endpoints are judged by the requests that they serve',
  telemetry: 'there is none',
}
const WITHOUT_DATABASE = 'the router has no database; this file is all that it is configured by'
const LEFT_OUT: Readonly<Record<string, string>> = {
  environment_variables: 'set them in the environment of the router',
  database_url: WITHOUT_DATABASE,
  store_model_in_db: WITHOUT_DATABASE,
  database_connection_pool_limit: WITHOUT_DATABASE,
  cache: 'answers are not cached',
  cache_params: 'answers are not cached',
  guardrails: 'the router has no guardrails',
  mcp_servers: 'the router runs no MCP servers',
  include: 'import the other files too, and put them together',
  alerting: 'see the metrics at /metrics, or add an observer',
  pass_through_endpoints: 'set passthrough: true at a provider; its paths are then under /providers/NAME/',
}

const SECTIONS = ['litellm_settings', 'router_settings', 'general_settings'] as const
type Section = (typeof SECTIONS)[number]

/** All that is not a model. `router_settings` beat `litellm_settings` where both may say it. */
export function importSettings(file: LiteLlmFile, out: Imported): Mapping {
  explain(file)
  const config: Mapping = {}
  const { value: strategy, ...where } = setting(file, 'routing_strategy')
  const name = typeof strategy === 'string' ? STRATEGIES[strategy] : undefined
  if (strategy !== undefined)
    file.note(
      where.path,
      name ? 'carried' : 'left out',
      name ? `routing.strategy: ${name}` : 'adaptive takes its place',
    )
  // LiteLLM's own default is by weight too.
  const routing: Mapping = { strategy: name ?? (strategy === undefined ? 'weighted' : 'adaptive') }
  const retries = setting(file, 'num_retries')
  if (typeof retries.value === 'number') {
    routing.retries = { attempts: Math.min(100, retries.value + 1) }
    file.note(retries.path, 'changed', 'routing.retries.attempts, which counts the first call too, over all fallbacks')
  }
  const timeouts: Mapping = {}
  for (const [key, ours] of [
    ['request_timeout', 'total'],
    ['timeout', 'total'],
    ['stream_timeout', 'first_token'],
  ] as const) {
    const { value, path } = setting(file, key)
    const duration = seconds(value)
    if (duration === undefined) continue
    timeouts[ours] = duration
    file.note(path, 'carried', `routing.timeouts.${ours}`)
  }
  if (Object.keys(timeouts).length > 0) routing.timeouts = timeouts
  config.routing = routing
  importAliases(file, out)
  importFallbacks(file, out)
  importKeys(file, config)
  importLog(file, config)
  return config
}

/** Where both sections have it, the later one in `SECTIONS` counts. */
function setting(file: LiteLlmFile, key: string): { value: unknown; path: [Section, string] } {
  for (const section of ['router_settings', 'litellm_settings'] as const)
    if (key in mappingAt(file.root, section)) return { value: mappingAt(file.root, section)[key], path: [section, key] }
  return { value: undefined, path: ['router_settings', key] }
}

function explain(file: LiteLlmFile): void {
  for (const [key, why] of Object.entries(LEFT_OUT)) file.note([key], 'left out', why)
  file.note(['credential_list'], 'carried', 'the providers that use them')
  for (const section of SECTIONS) {
    for (const [key, why] of Object.entries(NEEDLESS)) file.note([section, key], 'needless', why)
    for (const [key, why] of Object.entries(LEFT_OUT)) file.note([section, key], 'left out', why)
    for (const key of ['callbacks', 'success_callback', 'failure_callback', 'service_callbacks'])
      listOf(mappingAt(file.root, section)[key]).forEach((name, index) => {
        const path = Array.isArray(mappingAt(file.root, section)[key]) ? [section, key, index] : [section, key]
        if (name === 'prometheus') file.note(path, 'needless', 'metrics are always at /metrics')
        else file.note(path, 'left out', 'add an observer, such as the webhook')
      })
  }
}

const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value]

function importAliases(file: LiteLlmFile, out: Imported): void {
  for (const section of ['litellm_settings', 'router_settings'] as const) {
    for (const key of ['model_group_alias', 'model_alias_map']) {
      for (const [alias, target] of Object.entries(mappingAt(file.root, section, key))) {
        const model = isMapping(target) ? textAt(target, 'model') : target
        const path = [section, key, alias]
        if (typeof model !== 'string' || !Object.hasOwn(out.models, model))
          file.note(path, 'left out', 'there is no such model')
        else if (Object.hasOwn(out.models, alias)) file.note(path, 'left out', 'a model has this name already')
        else {
          out.models[alias] = model
          const isHidden = isMapping(target) && target.hidden === true
          file.note(
            path,
            isHidden ? 'changed' : 'carried',
            `models."${alias}"${isHidden ? ', which is listed too' : ''}`,
          )
        }
      }
    }
  }
}

/** Fallbacks hold for every failure here, so that the lists for special ones come after the general one. */
function importFallbacks(file: LiteLlmFile, out: Imported): void {
  for (const key of ['fallbacks', 'context_window_fallbacks', 'content_policy_fallbacks']) {
    for (const section of ['litellm_settings', 'router_settings'] as const) {
      listAt(mappingAt(file.root, section), key).forEach((entry, index) => {
        if (!isMapping(entry)) return
        for (const [name, targets] of Object.entries(entry)) {
          const path = [section, key, index, name]
          if (name === '*') addEverywhere(file, out, listOf(targets), path)
          else addFallbacks(file, out, name, listOf(targets), path, key === 'fallbacks' ? 'carried' : 'changed')
        }
      })
    }
  }
  const { value, path } = setting(file, 'default_fallbacks')
  addEverywhere(file, out, listOf(value), path)
}

function addEverywhere(file: LiteLlmFile, out: Imported, targets: readonly unknown[], path: (string | number)[]): void {
  if (targets.length === 0) return
  for (const [name, model] of Object.entries(out.models))
    if (isMapping(model))
      addFallbacks(
        file,
        out,
        name,
        targets.filter((target) => target !== name),
        path,
        'carried',
      )
}

function addFallbacks(
  file: LiteLlmFile,
  out: Imported,
  name: string,
  targets: readonly unknown[],
  path: (string | number)[],
  outcome: 'carried' | 'changed',
): void {
  const model = out.models[name]
  if (!isMapping(model)) {
    file.note(path, 'left out', `there is no model ${name}`)
    return
  }
  file.note(path, outcome, outcome === 'carried' ? 'fallbacks' : 'fallbacks, which hold for every failure')
  const fallbacks = new Set(listAt(model, 'fallbacks'))
  targets.forEach((target, index) => {
    const wanted = isMapping(target) ? textAt(target, 'model') : target
    if (typeof wanted === 'string' && wanted !== name && Object.hasOwn(out.models, wanted)) fallbacks.add(wanted)
    else file.note([...path, index], 'left out', 'there is no such model')
  })
  if (fallbacks.size > 0) model.fallbacks = [...fallbacks]
}

function importKeys(file: LiteLlmFile, config: Mapping): void {
  const master = textAt(mappingAt(file.root, 'general_settings'), 'master_key')
  if (master === undefined) return
  config.auth = { keys: [master] }
  file.note(['general_settings', 'master_key'], 'carried', 'auth.keys')
}

function importLog(file: LiteLlmFile, config: Mapping): void {
  const settings = mappingAt(file.root, 'litellm_settings')
  const log = {
    ...(settings.set_verbose === true && { level: 'debug' }),
    ...(settings.json_logs === true && { format: 'json' }),
  }
  file.note(['litellm_settings', 'set_verbose'], 'carried', 'log.level')
  file.note(['litellm_settings', 'json_logs'], 'carried', 'log.format')
  if (Object.keys(log).length > 0) config.log = log
}

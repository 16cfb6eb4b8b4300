import { isObject } from '../base/json/is-object.ts'
import type { ProviderConfig } from '../config/types.ts'
import type { JsonObject } from '../plugins/api.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import { secretsIn } from '../plugins/secrets.ts'
import type { Provider } from '../routing/catalogue.ts'

/**
 * Makes a provider at an account of a client's own: its plugin with the client's key as `api_key`, and without what
 * else of the options is of the operator's account: secrets, and what the plugin's schema marks `ofAccount`. Undefined
 * where that does not come to one key.
 */
export function ownAccount(
  provider: Provider,
  use: ProviderConfig,
  schema: JsonObject,
  registry: PluginRegistry,
): Provider['withKey'] {
  const options = withoutAccount(use.options, schema, use.fromEnv)
  if (!options) return undefined
  return async (key) => ({
    ...provider,
    adapter: await registry.createUnowned('provider', { ...use, options: { ...options, api_key: key } }),
    secrets: [key, ...provider.secrets],
  })
}

function withoutAccount(
  options: JsonObject,
  { properties, required }: JsonObject,
  fromEnv: readonly string[] | undefined,
): JsonObject | undefined {
  if (!isObject(properties) || !isObject(properties.api_key)) return undefined
  const needed = new Set(Array.isArray(required) ? required : [])
  const kept: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(options)) {
    const rules = isObject(properties[name]) ? properties[name] : {}
    const isAccounts = rules.ofAccount === true || secretsIn(rules, value, fromEnv).length > 0
    if (name === 'api_key') continue
    if (!isAccounts) kept[name] = value
    // An address that holds the operator's credentials, for example.
    else if (rules.ofAccount !== true && (rules.writeOnly !== true || needed.has(name)) && !isHeaders(rules))
      return undefined
  }
  return kept
}

const isHeaders = ({ additionalProperties }: JsonObject): boolean =>
  isObject(additionalProperties) && additionalProperties.writeOnly === true

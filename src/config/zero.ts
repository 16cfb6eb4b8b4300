import { PRESETS } from '../../providers/openai-compatible/presets.ts'
import { PROFILES } from '../../providers/sandbox/profiles.ts'
import type { Environment } from './environment.ts'
import { checkText, configOf } from './load.ts'
import { probeModels } from './probe.ts'
import type { Config } from './types.ts'

export interface ZeroOptions {
  readonly env?: Environment
  /** Where the state goes. Default: the working directory. */
  readonly directory?: string
  /** The models of a local server, undefined when it is not there. Default: asks it. */
  readonly probe?: (baseUrl: string) => Promise<readonly string[] | undefined>
}

export interface ZeroConfig {
  readonly config: Config
  /** What was found, for people: `groq (GROQ_API_KEY)`, `ollama (http://127.0.0.1:11434/v1, 3 models)`. */
  readonly found: readonly string[]
}

/** The providers with plugins of their own, and the variables that usually hold their keys. */
const KEYS: readonly (readonly [provider: string, variable: string])[] = [
  ['openai', 'OPENAI_API_KEY'],
  ['anthropic', 'ANTHROPIC_API_KEY'],
]

/**
 * A configuration for a start without a file: every provider whose usual variable is set, every local server that answers, with its models by
 * their own names, and always the simulated provider `sandbox`. Takes at most the time of one probe.
 */
export async function zeroConfig({
  env = process.env,
  directory = process.cwd(),
  probe = probeModels,
}: ZeroOptions = {}): Promise<ZeroConfig> {
  const found: string[] = []
  const providers: Record<string, object> = {}
  const models = new Map<string, { description?: string; endpoints: object[] }>()

  for (const [id, variable] of KEYS) {
    if (!env[variable]) continue
    providers[id] = { api_key: `\${${variable}}` }
    found.push(`${id} (${variable})`)
  }
  for (const [id, { keyVariable, local }] of Object.entries(PRESETS)) {
    if (local || !keyVariable || !env[keyVariable]) continue
    providers[id] = { plugin: 'openai-compatible', preset: id, api_key: `\${${keyVariable}}` }
    found.push(`${id} (${keyVariable})`)
  }
  for (const { id, baseUrl, names } of await probeLocal(probe)) {
    providers[id] = { plugin: 'openai-compatible', preset: id }
    found.push(`${id} (${baseUrl}, ${names.length} model${names.length === 1 ? '' : 's'})`)
    for (const name of names) {
      const { endpoints } = models.get(name) ?? { endpoints: [] }
      models.set(name, { endpoints: [...endpoints, { provider: id, model: name.replaceAll('${', () => '$${') }] })
    }
  }
  providers.sandbox = {}
  const simulated = Object.keys(PROFILES).map((model) => ({ provider: 'sandbox', model }))
  models.set('sandbox', { description: 'Simulated: answers are made up', endpoints: simulated })
  found.push('sandbox (simulated)')

  // JSON is YAML: the same way as a file, so that defaults, variables and checks are the same too.
  const text = JSON.stringify({ providers, models: Object.fromEntries(models) })
  return { config: configOf(checkText(text, { directory }, env)), found }
}

async function probeLocal(probe: (baseUrl: string) => Promise<readonly string[] | undefined>) {
  const local = Object.entries(PRESETS).filter(([, preset]) => preset.local)
  const servers = await Promise.all(local.map(async ([id, { baseUrl }]) => ({ id, baseUrl, names: (await probe(baseUrl)) ?? [] })))
  return servers.filter(({ names }) => names.length > 0)
}

import { type KnownService, primaryServices } from '../plugins/built-in.ts'
import type { Environment } from './environment.ts'
import { checkText, configOf } from './load.ts'
import { probeModels } from './probe.ts'
import type { Config } from './types.ts'

const SIMULATED = 'Simulated: answers are made up'

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

/**
 * A configuration for a start without a file: every provider whose usual variable is set, with all that is known of it,
 * every local server that answers, with its models by their own names, and always the simulated provider `sandbox`.
 * Takes at most the time of one probe.
 */
export async function zeroConfig({
  env = process.env,
  directory = process.cwd(),
  probe = probeModels,
}: ZeroOptions = {}): Promise<ZeroConfig> {
  const found: string[] = []
  const providers: Record<string, object> = {}
  const models = new Map<string, { description?: string; endpoints: object[] }>()

  const services = await primaryServices()
  const use = ({ id, plugin, options }: KnownService, more: object = {}) => {
    providers[id] = { ...(plugin !== id && { plugin }), ...options, ...more }
  }
  for (const service of services) {
    const { id } = service
    const keyVariable = keyVariableIn(service, env)
    if (keyVariable === undefined) continue
    use(service, { api_key: `\${${keyVariable}}`, models: service.isPrivate ? 'none' : 'known' })
    found.push(`${id} (${keyVariable})`)
  }
  for (const service of services) {
    const { id, variables, isPrivate } = service
    if (!variables?.every((name) => env[name]) || Object.hasOwn(providers, id)) continue
    use(service, { models: isPrivate ? 'none' : 'known' })
    found.push(`${id} (${variables.join(', ')})`)
  }
  for (const { service, names } of await probeLocal(services, probe)) {
    const { id, localUrl } = service
    use(service)
    found.push(`${id} (${localUrl}, ${names.length} model${names.length === 1 ? '' : 's'})`)
    for (const name of names) {
      const { endpoints } = models.get(name) ?? { endpoints: [] }
      models.set(name, { endpoints: [...endpoints, { provider: id, model: name.replaceAll('${', () => '$${') }] })
    }
  }
  for (const service of services) {
    const { id, models: inside } = service
    if (!inside) continue
    use(service)
    const endpoints = inside.map((model) => ({ provider: id, model }))
    models.set(id, { description: SIMULATED, endpoints })
    for (const model of service.others ?? [])
      models.set(`${id}/${model}`, { description: SIMULATED, endpoints: [{ provider: id, model }] })
    found.push(`${id} (simulated)`)
  }

  // JSON is YAML: the same way as a file, so that defaults, variables and checks are the same too.
  const text = JSON.stringify({ providers, models: Object.fromEntries(models) })
  return { config: configOf(checkText(text, { directory }, env)), found }
}

/** The variable that holds its key, when all that its options take from the environment is there too. */
function keyVariableIn({ keyVariable, otherKeyVariables = [], options }: KnownService, env: Environment) {
  if (keyVariable === undefined) return undefined
  const others = [...JSON.stringify(options ?? {}).matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name!)
  if (others.some((name) => !env[name])) return undefined
  return [keyVariable, ...otherKeyVariables].find((name) => env[name])
}

async function probeLocal(
  services: readonly KnownService[],
  probe: (baseUrl: string) => Promise<readonly string[] | undefined>,
) {
  const asked = services.map(async (service) => ({
    service,
    names: (service.localUrl && (await probe(service.localUrl))) || [],
  }))
  return (await Promise.all(asked)).filter(({ names }) => names.length > 0)
}

import { RouterError } from '../../base/errors.ts'
import { didYouMean } from '../../base/nearest.ts'
import { type KnownService, primaryServices } from '../../plugins/built-in.ts'
import type { KnownProvider } from '../../terminal/views/providers.ts'
import { snippetOf } from './snippet.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Every service that the router knows by name, in the order of the alphabet. Asks nobody. */
export async function knownProviders(env: Environment = process.env): Promise<KnownProvider[]> {
  const services = await primaryServices()
  return services.map((service) => described(service, env)).sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** @throws RouterError ROUTER_USAGE with the nearest name */
export function providerNamed(name: string, known: readonly KnownProvider[]): KnownProvider {
  const wanted = name.toLowerCase()
  const found = known.find((each) => each.name === wanted || each.title.toLowerCase() === wanted)
  if (found) return found
  const near = didYouMean(
    name,
    known.map((each) => each.name),
    3,
  )
  throw new RouterError('ROUTER_USAGE', {
    reason: `No provider is known as "${name}". ${near ?? 'See router providers.'} Anything that speaks OpenAI's API works by base_url.`,
  })
}

function described(service: KnownService, env: Environment): KnownProvider {
  const { id, plugin, facts, hosts = {}, localUrl, otherKeyVariables = [], variables: needed = [] } = service
  // Of a service without a key, the last variable that it needs is that of its credentials.
  const keyVariable = service.keyVariable ?? needed.at(-1)
  const variables = keyVariable === undefined ? [] : [keyVariable, ...otherKeyVariables]
  const set = needed.every((name) => env[name]) ? variables.find((name) => env[name]) : undefined
  const { zdr, dataCollection, region, source } = facts?.dataPolicy ?? {}
  const baseUrl = facts?.baseUrl ?? localUrl ?? usualHost(hosts)
  return {
    name: id,
    title: facts?.title ?? id,
    plugin,
    ...(baseUrl !== undefined && { base_url: baseUrl }),
    hosts,
    regions: facts?.regions ?? [...new Set(Object.values(hosts))].filter((name) => name !== '-'),
    key_variables: variables,
    ...(keyVariable !== undefined && {
      key_variable: set ?? keyVariable,
      key_set: set !== undefined,
      auth: facts?.auth ?? 'authorization: Bearer KEY',
    }),
    operations: Object.keys(facts?.wires ?? {}),
    wires: facts?.wires ?? {},
    data_policy: {
      zdr: zdr ?? null,
      data_collection: dataCollection ?? null,
      region: region ?? null,
      ...(source !== undefined && { source }),
    },
    notes: facts?.notes ?? [],
    sources: facts?.sources ?? [],
    config: snippetOf(service, service.keyVariable && (set ?? keyVariable)),
  }
}

const usualHost = (hosts: Readonly<Record<string, string>>): string | undefined => {
  const [host] = Object.keys(hosts)
  return host && `https://${host}`
}

import type { DataPolicy, ProviderAdapter, Service } from 'commonroute/plugin'
import type { Preset } from './preset.ts'

export const BEARER = { header: 'authorization', scheme: 'Bearer' } as const

/** An address of which a part is the account's own: `https://${ACCOUNT}.example/v1`. */
export const isTemplate = (baseUrl: string): boolean => baseUrl.includes('${')

/** A preset as a start without a file, `router providers` and the federation see it. */
export function serviceOf(name: string, preset: Preset): Service {
  const { baseUrl, keyVariable, otherKeyVariables, auth = BEARER } = preset
  const { title, wires, dataPolicy, notes, sources } = preset
  return {
    options: { preset: name, ...(isTemplate(baseUrl) && { base_url: baseUrl }) },
    ...placeOf(preset),
    ...(keyVariable !== undefined && { keyVariable }),
    ...(otherKeyVariables && { otherKeyVariables }),
    facts: {
      title,
      baseUrl,
      ...(keyVariable !== undefined && { auth: `${auth.header}: ${auth.scheme} KEY`.replace('  ', ' ') }),
      wires,
      ...(dataPolicy && { dataPolicy: withoutExceptions(dataPolicy) }),
      ...(notes && { notes }),
      sources,
    },
  }
}

function placeOf({ local, baseUrl, hosts }: Preset): Pick<Service, 'localUrl' | 'hosts'> {
  if (local) return local === 'probed' ? { localUrl: baseUrl } : {}
  return isTemplate(baseUrl) ? {} : { hosts: { [new URL(baseUrl).host]: '-', ...hosts } }
}

/**
 * What becomes of prompts at an address. A preset's policy holds at the service's own hosts: whoever runs something of
 * its kind elsewhere has one of their own.
 */
export function policyAt(base: string, preset: Preset | undefined): NonNullable<ProviderAdapter['dataPolicy']> {
  const found = preset && policyOf(new URL(base), preset)
  const except = preset?.dataPolicy?.except
  return (model) => (except?.test(model) ? undefined : found)
}

function policyOf({ host, hostname }: URL, { baseUrl, hosts = {}, local, dataPolicy }: Preset): DataPolicy | undefined {
  if (local) return LOOPBACK.test(hostname) ? ON_THIS_MACHINE : undefined
  if (isTemplate(baseUrl)) return dataPolicy
  if (host === new URL(baseUrl).host) return dataPolicy && withoutExceptions(dataPolicy)
  if (!Object.hasOwn(hosts, host)) return undefined
  const { region: _, ...rest } = withoutExceptions(dataPolicy ?? {})
  const region = hosts[host]!
  return region === '-' ? rest : { ...rest, region }
}

const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

/** Nothing leaves it. */
const ON_THIS_MACHINE: DataPolicy = { zdr: true, dataCollection: 'deny' }

function withoutExceptions({ except: _, ...policy }: NonNullable<Preset['dataPolicy']>): DataPolicy {
  return policy
}

import type { DataPolicy, ProviderAdapter, Service } from 'commonroute/plugin'
import { policyAt, policyHere } from '../shared/data-policy.ts'
import type { Preset } from './preset.ts'

export const BEARER = { header: 'authorization', scheme: 'Bearer' } as const

/** An address of which a part is the account's own: `https://${ACCOUNT}.example/v1`. */
export const isTemplate = (baseUrl: string): boolean => baseUrl.includes('${')

/** A preset as a start without a file, `router providers` and the federation see it. */
export function serviceOf(name: string, preset: Preset): Service {
  const { baseUrl, keyVariable, otherKeyVariables, native, auth = BEARER } = preset
  const { title, wires, dataPolicy, notes, sources } = preset
  return {
    options: { preset: name, ...(isTemplate(baseUrl) && { base_url: baseUrl }) },
    ...(native && { secondary: true as const }),
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
 * What is spoken at an address. An API at a root of its own (`paths` with a slash at the beginning) is known of the
 * service's own hosts only: a mirror or proxy at another address need not have it.
 */
export function wiresAt(base: string, { wires, paths = {}, baseUrl, hosts = {} }: Preset): ProviderAdapter['wires'] {
  const { host } = new URL(base)
  if (isTemplate(baseUrl) || host === new URL(baseUrl).host || host in hosts) return wires
  const isKnown = (wire: string) => !paths[wire]?.startsWith('/')
  return { ...wires, ...(wires.chat && { chat: wires.chat.filter(isKnown) }) }
}

/** What becomes of prompts to each model at an address. */
export function policiesAt(base: string, preset: Preset | undefined): NonNullable<ProviderAdapter['dataPolicy']> {
  const found = preset && policyOf(base, preset)
  const except = preset?.dataPolicy?.except
  return (model) => (except?.test(model) ? undefined : found)
}

function policyOf(base: string, { baseUrl, hosts = {}, local, dataPolicy }: Preset): DataPolicy | undefined {
  if (local) return policyHere(base)
  const policy = dataPolicy && withoutExceptions(dataPolicy)
  if (isTemplate(baseUrl)) return policy
  if (new URL(base).host === new URL(baseUrl).host) return policy
  const { region: _, ...elsewhere } = policy ?? {}
  return policyAt(base, hosts, elsewhere)
}

function withoutExceptions({ except: _, ...policy }: NonNullable<Preset['dataPolicy']>): DataPolicy {
  return policy
}

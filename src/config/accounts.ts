/**
 * Several keys of one provider are providers of their own to all that ranks, rests and remembers: the first one goes by
 * the provider's name, the second by `NAME#2`. Who names the provider means all of them.
 */
import { child } from './pointer.ts'
import type { EndpointConfig, ProviderConfig } from './types.ts'
import { isMapping, listAt, type Mapping } from './view.ts'

export interface Account {
  readonly id: string
  /** Options of the plugin that are this account's. */
  readonly options: Mapping
  readonly weight: number
  /** Below the provider: where its own options stand, and where its key does. */
  readonly at?: { readonly options: string; readonly key: string }
}

/** Of one entry of `providers`; one without `api_keys` is an account itself. */
export function accountsIn(id: string, provider: Mapping): readonly Account[] {
  const keys = listAt(provider, 'api_keys')
  if (keys.length === 0) return [{ id, options: {}, weight: 1 }]
  return keys.map((entry, index) => {
    const { weight = 1, ...own } = isMapping(entry) ? entry : { api_key: entry }
    const options = child('/api_keys', index)
    return {
      id: index === 0 ? id : `${id}#${index + 1}`,
      options: own,
      weight: weight as number,
      at: { options, key: isMapping(entry) ? child(options, 'api_key') : options },
    }
  })
}

type Accounts = ReadonlyMap<string, Pick<ProviderConfig, 'account' | 'weight'>>

/** The same endpoint at each account of its provider. */
export function atEachAccount(endpoint: EndpointConfig, providers: Accounts): EndpointConfig[] {
  const found: EndpointConfig[] = []
  for (const [id, { account = id, weight = 1 }] of providers)
    if (account === endpoint.provider) found.push({ ...endpoint, provider: id, weight: endpoint.weight * weight })
  return found
}

/** Where an option of an account stands in the file, below its provider. */
export function placeWithin({ at, options }: Account, option: string): string {
  if (!at) return option
  if (option === '/api_key') return at.key
  const [, name = ''] = option.split('/')
  return Object.hasOwn(options, name) ? at.options + option : option
}

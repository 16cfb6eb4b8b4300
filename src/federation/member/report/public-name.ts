import type { Config, ProviderConfig } from '../../../config/types.ts'
import type { PublicEndpoint } from '../../protocol/types.ts'
import { MAX_MODEL_LENGTH, MODEL_PATTERN } from '../../protocol/words.ts'
import { PUBLIC_PROVIDERS, type PublicProvider, SERVICES } from '../catalogue/providers.ts'

/** Why nothing of an endpoint is ever shared. */
export type PrivateReason =
  | 'simulated'
  | 'local server'
  | 'private address'
  | 'plugin of your own'
  | 'fine-tune'
  | 'not in the public catalogue'
  | 'not configured'

export type PublicName = { readonly endpoint: PublicEndpoint } | { readonly reason: PrivateReason }

/** What of the configuration decides it. */
export type NamingConfig = Pick<Config, 'providers'> & {
  readonly federation: Pick<Config['federation'], 'providers' | 'models'>
}

type Named =
  | { readonly name: string; readonly provider: PublicProvider; readonly region: string | undefined }
  | { readonly reason: PrivateReason }

/** Names come from clients too (`provider/anything`). */
const REMEMBERED = 2_000

/**
 * Tuned for, or deployed by, one customer: OpenAI's and Mistral's `ft:...`, an account's own models at Fireworks,
 * anything that says so. They carry names of organisations and projects, so that not even declaring them
 * (`federation.models`) lets them out.
 */
const TUNED = /(?:^|[/:_.-])(?:ft|lora|fine-?tuned?)(?:[/:_.-]|$)|^accounts\/(?!fireworks\/)/i
const MODEL = new RegExp(MODEL_PATTERN)
/**
 * A snapshot's date, or `-latest`: not distinguished from its model, so that a date is no place to hide something in.
 */
const SNAPSHOT = /-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$/

/**
 * What an endpoint is called in public, if anything. Its provider is whoever owns the public host that it is reached
 * at: by https, at the usual port; whatever stands before it may be named by
 * `federation.providers: { corp-openai: openai }`. Its model has to be in the catalogue, or be declared by
 * `federation.models`. Its region is the host's; of a declared provider, the configured one when the provider has it.
 * Whatever fits nowhere has no name, and then nothing about it leaves. Simulated and local servers never have one.
 */
export class PublicNames {
  readonly #providers: ReadonlyMap<string, Named>
  readonly #declared: ReadonlySet<string>
  readonly #known = new Map<string, PublicName>()

  constructor({ providers, federation }: NamingConfig) {
    this.#providers = new Map(
      [...providers].map(([id, use]) => [id, named(use, federation.providers[use.account ?? id])]),
    )
    this.#declared = new Set(federation.models)
  }

  /** By endpoint id, `provider/upstream-model[@region]`. Cheap: remembered. */
  of(endpoint: string): PublicName {
    const known = this.#known.get(endpoint)
    if (known) return known
    const found = this.#find(endpoint)
    if (this.#known.size >= REMEMBERED) this.#known.clear()
    this.#known.set(endpoint, found)
    return found
  }

  /** The name alone; undefined for a private endpoint. */
  readonly find = (endpoint: string): PublicEndpoint | undefined => {
    const name = this.of(endpoint)
    return 'endpoint' in name ? name.endpoint : undefined
  }

  /** What a configured provider is called in public; undefined for a private one. */
  serviceOf(provider: string): string | undefined {
    const found = this.#providers.get(provider)
    return found && 'name' in found ? found.name : undefined
  }

  #find(endpoint: string): PublicName {
    const slash = endpoint.indexOf('/')
    const id = endpoint.slice(0, slash)
    const rest = endpoint.slice(slash + 1)
    const found = this.#providers.get(id)
    if (!found) return { reason: 'not configured' }
    if ('reason' in found) return found
    // A model's own name may have an @ in it; a region never does.
    const at = rest.lastIndexOf('@')
    const whole = this.#model(id, rest, found.provider)
    const model = whole ?? (at > 0 ? this.#model(id, rest.slice(0, at), found.provider) : undefined)
    if (model === undefined) return { reason: TUNED.test(rest) ? 'fine-tune' : 'not in the public catalogue' }
    const region = found.region ?? regionOf(found.provider, whole === undefined ? rest.slice(at + 1) : undefined)
    return { endpoint: { provider: found.name, model, region } }
  }

  #model(id: string, model: string, { models }: PublicProvider): string | undefined {
    if (models.has(model)) return model
    const undated = model.replace(SNAPSHOT, '')
    if (models.has(undated)) return undated
    const isPublishable = model.length <= MAX_MODEL_LENGTH && MODEL.test(model) && !TUNED.test(model)
    return isPublishable && this.#declared.has(`${id}/${model}`) ? model : undefined
  }
}

function named({ plugin, options }: ProviderConfig, declared: string | undefined): Named {
  const known = SERVICES.filter((service) => service.plugin === plugin)
  if (known.some(({ models }) => models)) return { reason: 'simulated' }
  const service = known.find(({ options: own = {} }) =>
    Object.entries(own).every(([name, value]) => options[name] === value),
  )
  if (service?.localUrl) return { reason: 'local server' }
  if (declared !== undefined) {
    const provider = PUBLIC_PROVIDERS.get(declared)
    return provider ? { name: declared, provider, region: undefined } : { reason: 'not in the public catalogue' }
  }
  if (known.length === 0) return { reason: 'plugin of your own' }
  const [usual] = Object.keys(service?.hosts ?? {})
  const host = hostOf(options.base_url ?? (usual && `https://${usual}`))
  for (const [name, provider] of PUBLIC_PROVIDERS) {
    const region = host === undefined || !Object.hasOwn(provider.hosts, host) ? undefined : provider.hosts[host]
    if (region !== undefined) return { name, provider, region }
  }
  return { reason: 'private address' }
}

function hostOf(url: unknown): string | undefined {
  const parsed = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  return parsed?.protocol === 'https:' ? parsed.host : undefined
}

const regionOf = ({ hosts }: PublicProvider, region: string | undefined): string =>
  region !== undefined && Object.values(hosts).includes(region) ? region : '-'

import type { App } from '../../app/router-app.ts'
import { createApp } from '../../app/router-app.ts'
import { RouterError } from '../../base/errors.ts'
import type { Config, ModelConfig, ProbesConfig } from '../../config/types.ts'
import { PUBLIC_PROVIDERS } from '../../federation/member/catalogue/providers.ts'
import { PublicNames } from '../../federation/member/report/public-name.ts'
import type { Endpoint, Operation } from '../../plugins/api.ts'
import type { ProbeTarget } from '../../prober/target.ts'
import { commandLog } from '../log.ts'

export interface ProbedApp {
  readonly app: App
  readonly targets: readonly ProbeTarget[]
  /** Patterns of `probes.models` that fit nothing that is public. */
  readonly unused: readonly string[]
}

/** What the catalogue calls what a model makes, and what it is asked for then. What is dear has to be asked for. */
const MAKES: Readonly<Record<string, Operation | undefined>> = {
  text: 'chat',
  embeddings: 'embedding',
  rerank: 'rerank',
}
/** Names of models that take text and judge it: they do not chat, whatever the catalogue says that they make. */
const JUDGES = /guard|moderation/i
/** Names of models that are not for chats, where the catalogue does not know them. */
const OTHER =
  /(?:embed|rerank|whisper|tts|speech|transcri|audio|voice|dall-e|image|imagen|flux|diffusion|moderation|guard|realtime|live|video|sora|veo|ocr)/i

/**
 * The router that asks, and what it asks: endpoints with a public name that fit `probes.models`, of the models
 * configured and of those that the catalogue knows of each configured provider.
 * @throws RouterError ROUTER_HUB_PROBES, ROUTER_PLUGIN_*
 */
export async function probedApp(config: Config): Promise<ProbedApp> {
  const { probes } = config
  if (!probes)
    throw new RouterError('ROUTER_HUB_PROBES', {
      reason: `${config.source.path ?? 'The configuration'} has no section "probes", which says what is asked, and what it may cost`,
    })
  const names = new PublicNames(config)
  const ids = candidates(config, probes).filter((id) => names.find(id) !== undefined)
  const models = new Map(ids.map((id) => [id, modelOf(id)] as const))
  const app = await createApp({ ...config, models }, commandLog())
  const targets = app.endpoints.flatMap(({ endpoint, simulated }): ProbeTarget[] => {
    const name = names.find(endpoint.id)
    const operation = operationOf(endpoint, probes)
    return name && operation && !simulated ? [{ id: endpoint.id, name, operation, price: endpoint.price }] : []
  })
  const unused = probes.models.filter((pattern) => !targets.some(({ id }) => fits(pattern, id)))
  if (targets.length > 0) return { app, targets: onePerName(targets), unused }
  await app.close()
  throw new RouterError('ROUTER_HUB_PROBES', {
    reason: `nothing that fits probes.models (${probes.models.join(', ')}) has a public name: a provider reached at its own address, and a model that the catalogue knows. Where the address is another (a gateway, a proxy), say whose it is: federation.providers: { ID: openai }; where the model is too new: federation.models`,
  })
}

/** Endpoints by id that fit, whatever they are. */
function candidates(config: Config, { models }: ProbesConfig): string[] {
  const configured = [...config.models.values()].flatMap(({ endpoints }) =>
    endpoints
      .filter(({ model }) => !model.includes('*'))
      .map(({ provider, model, region }) => `${provider}/${model}${region === undefined ? '' : `@${region}`}`),
  )
  const declared = [...config.federation.models]
  const named = models.filter((pattern) => !pattern.includes('*'))
  const known = [...config.providers.values()].flatMap(({ id, account }) => {
    if (account !== undefined) return []
    const service = new PublicNames(config).serviceOf(id)
    return [...(PUBLIC_PROVIDERS.get(service ?? '')?.models ?? [])].map((model) => `${id}/${model}`)
  })
  return [...new Set([...configured, ...declared, ...named, ...known])].filter((id) =>
    models.some((pattern) => fits(pattern, id)),
  )
}

/** A model of one endpoint, under the endpoint's own name. */
function modelOf(id: string): ModelConfig {
  const slash = id.indexOf('/')
  const endpoint = { provider: id.slice(0, slash), model: id.slice(slash + 1), weight: 1, place: {} }
  return { name: id, endpoints: [endpoint], fallbacks: [], place: {} }
}

/** Undefined for what is not asked unless it says so. */
function operationOf(
  { id, model, outputModalities }: Endpoint,
  { operations, models }: ProbesConfig,
): Operation | undefined {
  const stated = Object.entries(operations).find(([pattern]) => fits(pattern, id))
  if (stated) return stated[1]
  const makes = outputModalities?.map((modality) => MAKES[modality]).find((operation) => operation !== undefined)
  if (outputModalities && makes !== 'chat') return makes
  const others = outputModalities ? JUDGES : OTHER
  return models.includes(id) || !others.test(model) ? 'chat' : undefined
}

/** Two keys of one provider, or two dated names of one model, are one endpoint in public. */
function onePerName(targets: readonly ProbeTarget[]): ProbeTarget[] {
  const byName = new Map(
    targets.toReversed().map((target) => [JSON.stringify([target.name, target.operation]), target]),
  )
  return [...byName.values()].reverse()
}

/** `*` stands for any text. */
function fits(pattern: string, id: string): boolean {
  if (!pattern.includes('*')) return pattern === id
  const text = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')
  return new RegExp(`^${text}$`).test(id)
}

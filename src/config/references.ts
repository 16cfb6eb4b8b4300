import { didYouMean, nearestNames } from '../base/nearest.ts'
import type { NamedEndpoints } from './canonical.ts'
import { checkAsked } from './check-asked.ts'
import { checkVerify } from './check-verify.ts'
import type { Findings } from './findings.ts'
import { nameHint } from './name-hint.ts'
import { child } from './pointer.ts'
import {
  type EndpointView,
  endpointsOf,
  fallbacksOf,
  isMapping,
  listAt,
  type Mapping,
  mappingAt,
  meantBy,
  splitEndpoint,
} from './view.ts'

/**
 * Names that stand for something else: endpoints name providers, fallbacks name models. Fallbacks in a circle are fine,
 * each model is tried once per request.
 */
export function checkReferences(
  root: Mapping,
  leftOut: ReadonlySet<string>,
  named: NamedEndpoints,
  findings: Findings,
): void {
  const providers = Object.keys(mappingAt(root, 'providers'))
  const models = Object.keys(mappingAt(root, 'models'))
  const { broken } = findings.source

  const provider = (name: string, pointer: string) => {
    if (providers.includes(name) || broken.has(pointer)) return
    const hint = nameHint(name, providers)
    findings.problem(pointer, `There is no provider ${findings.shown(pointer, name)}.`, { hint })
  }

  for (const name of models) {
    const pointer = child('/models', name)
    const model = mappingAt(root, 'models', name)
    const seen = new Map<string, string>()
    const alias = mappingAt(root, 'models')[name]
    if (typeof alias === 'string') {
      checkAlias(name, alias, root, { provider, named }, findings)
      continue
    }
    const endpoints = endpointsOf(model, pointer)
    checkSelect(model, name, root, findings)
    checkWildcard(name, endpoints, findings)
    for (const endpoint of endpoints) {
      provider(endpoint.provider, endpoint.providerPointer)
      const id = `${endpoint.provider}/${endpoint.model}${endpoint.region ? `@${endpoint.region}` : ''}`
      const first = seen.get(id)
      if (first === undefined) seen.set(id, endpoint.pointer)
      else {
        const hint = 'Remove one, or tell them apart by region.'
        const { line } = findings.source.places.of(first)
        findings.problem(endpoint.pointer, `This endpoint is listed already, on line ${line}.`, { hint })
      }
    }
    if (endpoints.length > 0 && endpoints.every((endpoint) => leftOut.has(endpoint.provider))) {
      findings.warn(pointer, `The model "${name}" is left out: all of its providers are.`)
    }
    for (const fallback of fallbacksOf(model, pointer)) {
      if (models.includes(fallback.model) || !named(fallback.model))
        checkFallback(fallback.model, fallback.modelPointer, name, models, findings)
      for (const list of ['order', 'only', 'ignore']) {
        listAt(fallback.preferences, list).forEach((entry, index) => {
          if (typeof entry === 'string') provider(entry.split('/')[0]!, `${fallback.pointer}/provider/${list}/${index}`)
        })
      }
    }
  }
}

/** Another name stands for a model, by however many names in between, or for an endpoint. */
function checkAlias(
  name: string,
  alias: string,
  root: Mapping,
  { provider, named }: { provider: (name: string, pointer: string) => void; named: NamedEndpoints },
  findings: Findings,
): void {
  const pointer = child('/models', name)
  const models = mappingAt(root, 'models')
  if (findings.source.broken.has(pointer)) return
  const meant = meantBy(name, models)
  if (meant === undefined) findings.problem(pointer, 'This name stands for itself, by way of others.')
  if (!meant || 'model' in meant || named(meant.endpoint)) return
  const endpoint = splitEndpoint(meant.endpoint)
  if (endpoint) provider(endpoint.provider, pointer)
  else
    findings.problem(pointer, `There is no model ${findings.shown(pointer, alias)}.`, {
      hint: didYouMean(
        alias,
        Object.keys(models).filter((other) => other !== name),
      ),
    })
}

function checkWildcard(name: string, endpoints: readonly EndpointView[], findings: Findings): void {
  if (name.split('*').length > 2) findings.problem(child('/models', name), 'A name may have one "*" only.')
  for (const { model, pointer } of endpoints)
    if (model.includes('*') && !name.includes('*'))
      findings.problem(pointer, 'A "*" stands for what it stands for in the name of the model, which has none.')
}

/** A model has endpoints of its own, or chooses among models that have. */
function checkSelect(model: Mapping, name: string, root: Mapping, findings: Findings): void {
  const pointer = child('/models', name)
  if (!('select' in model)) {
    if (
      !('endpoints' in model) &&
      !Object.keys(model).some((key) => nearestNames(key, ['endpoints', 'select']).length > 0)
    ) {
      findings.problem(pointer, '"endpoints" is missing.')
    }
    return
  }
  if ('endpoints' in model)
    findings.problem(`${pointer}/select`, 'A model has either "endpoints" or "select".', { hint: 'Remove one.' })
  if ('strategy' in model)
    findings.problem(`${pointer}/strategy`, 'A selector has no endpoints to order.', { hint: 'Remove the strategy.' })
  const models = Object.keys(mappingAt(root, 'models'))
  const { judge, features } = mappingAt(model, 'select')
  if (isMapping(judge)) checkAsked(judge.model, `${pointer}/select/judge/model`, root, findings)
  if (isMapping(features)) checkAsked(features.embeddings, `${pointer}/select/features/embeddings`, root, findings)
  checkVerify(mappingAt(model, 'select'), `${pointer}/select/verify`, root, findings)
  const seen = new Set<string>()
  listAt(mappingAt(model, 'select'), 'from').forEach((member, index) => {
    const place = child(`${pointer}/select/from`, index)
    const [entry, at] = isMapping(member) ? [member.model, child(place, 'model')] : [member, place]
    if (typeof entry !== 'string' || findings.source.broken.has(at)) return
    if (!models.includes(entry)) {
      findings.problem(at, `There is no model ${findings.shown(at, entry)}.`, {
        hint: nameHint(entry, models),
      })
    } else if ('select' in mappingAt(root, 'models', entry)) {
      findings.problem(at, `The model "${entry}" is a selector itself.`, {
        hint: 'List the models that it selects from.',
      })
    } else if (seen.has(entry)) findings.problem(at, `The model "${entry}" is listed already.`, { hint: 'Remove one.' })
    seen.add(entry)
  })
}

function checkFallback(
  target: string,
  pointer: string,
  model: string,
  models: readonly string[],
  findings: Findings,
): void {
  if (findings.source.broken.has(pointer)) return
  if (target === model) findings.problem(pointer, `The model "${model}" cannot fall back to itself.`)
  else if (!models.includes(target)) {
    findings.problem(pointer, `There is no model ${findings.shown(pointer, target)}.`, {
      hint: nameHint(target, models),
    })
  }
}

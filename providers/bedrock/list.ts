import type { ModelPage, UpstreamRequest } from 'commonroute/plugin'
import { type HeaderMap, joinUrl } from '../shared/http.ts'
import { isObject } from '../shared/is-object.ts'

/** The page behind the models: inference profiles, in pages of their own. */
const PROFILES = 'profiles '

/**
 * What can be asked for in a region: models by their own ids, then inference profiles. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html and
 * API_ListInferenceProfiles.html (up to 1000 at once).
 */
export function listRequest(runtime: string, own: HeaderMap, page: string | undefined): UpstreamRequest {
  const { 'content-type': _, ...headers } = own
  return {
    method: 'GET',
    url: addressOf(runtime, page),
    headers: { ...headers, accept: 'application/json' },
    framing: 'none',
  }
}

function addressOf(runtime: string, page: string | undefined): URL {
  // The control plane's host is that of the runtime without the word.
  const base = runtime.replace(/^(https?:\/\/)bedrock-runtime([.-])/, '$1bedrock$2')
  if (page === undefined) return joinUrl(base, 'foundation-models')
  const url = joinUrl(base, 'inference-profiles')
  url.searchParams.set('maxResults', '1000')
  const token = page.slice(PROFILES.length)
  if (token !== '') url.searchParams.set('nextToken', token)
  return url
}

/** Models that may only be asked for by a profile, or are bought beforehand, are not named by their own ids. */
export function modelsIn(answer: unknown): ModelPage | undefined {
  if (!isObject(answer)) return undefined
  const { modelSummaries, inferenceProfileSummaries, nextToken } = answer
  if (Array.isArray(modelSummaries)) {
    const own = modelSummaries.filter(
      ({ inferenceTypesSupported: types }) => !Array.isArray(types) || types.includes('ON_DEMAND'),
    )
    return { models: own.map(({ modelId }) => modelId).filter(isText), next: PROFILES }
  }
  if (!Array.isArray(inferenceProfileSummaries)) return undefined
  const active = inferenceProfileSummaries.filter(({ status }) => status === undefined || status === 'ACTIVE')
  return {
    models: active.map(({ inferenceProfileId: id }) => id).filter(isText),
    ...(isText(nextToken) && { next: `${PROFILES}${nextToken}` }),
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

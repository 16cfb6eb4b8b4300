import { editBody, type JsonObject, type ProviderCall, type Quirks } from 'commonroute/plugin'
import { isObject } from './is-object.ts'
import { kept } from './kept.ts'

/** What stands behind the model's name, by wire. https://ai.google.dev/api */
export const METHODS: Readonly<Record<string, string>> = {
  gemini: 'generateContent',
  'gemini-count-tokens': 'countTokens',
  'gemini-embeddings': 'embedContent',
  'gemini-batch-embeddings': 'batchEmbedContents',
}

/**
 * Addresses of one service's models, each parsed once.
 * @param prefix the address of a model, without the method
 */
export function modelUrls(prefix: (model: string) => string): (model: string, method: string) => URL {
  const ofModel = kept((model) => {
    const address = prefix(model)
    return kept((method) => {
      const url = new URL(`${address}:${method}`)
      if (method === 'streamGenerateContent') url.searchParams.set('alt', 'sse')
      return url
    })
  })
  return (model, method) => ofModel(model)(method)
}

export const methodOf = ({ wire, stream }: ProviderCall): string =>
  wire === 'gemini' && stream ? 'streamGenerateContent' : METHODS[wire]!

/** A model's name as a part of a path; slashes are its own (`tunedModels/...`). */
export const pathOf = (model: string): string => model.split('/').map(encodeURIComponent).join('/')

/** A count of a whole request names the model again. */
export function countBody(call: ProviderCall, model: string): Buffer {
  if (call.wire !== 'gemini-count-tokens') return call.body
  const { generateContentRequest: counted } = call.json() as { generateContentRequest?: JsonObject }
  if (!isObject(counted)) return call.body
  return editBody(call.body, { set: { generateContentRequest: { ...counted, model: `models/${model}` } } })
}

/** https://ai.google.dev/api/caching#FunctionDeclaration */
export const GEMINI_QUIRKS: Quirks = { toolNames: { characters: 'a-zA-Z0-9_.:-', maxLength: 64 } }

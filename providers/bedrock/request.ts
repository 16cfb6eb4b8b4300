import { editBody, type ProviderCall, type UpstreamRequest } from 'commonroute/plugin'
import { betasFor } from './betas.ts'
import { baseModel } from './models.ts'

/** Bedrock's mark of the Messages API, in place of the header. */
const VERSION = 'bedrock-2023-05-31'

/** What is asked of a model, by wire: whole, and streaming. */
const ACTIONS: Readonly<Record<string, readonly [whole: string, stream: string]>> = {
  'bedrock-converse': ['converse', 'converse-stream'],
  'anthropic-messages': ['invoke', 'invoke-with-response-stream'],
  'titan-embed': ['invoke', 'invoke'],
  'cohere-embed': ['invoke', 'invoke'],
  'bedrock-count-tokens': ['count-tokens', 'count-tokens'],
}

/** The model stands in the path, as one segment: an ARN has slashes. Profiles count nothing. */
export function pathOf({ wire, stream }: ProviderCall, model: string): string {
  const named = wire === 'bedrock-count-tokens' ? baseModel(model) : model
  return `model/${encodeURIComponent(named)}/${ACTIONS[wire]![stream ? 1 : 0]}`
}

/** Only what Bedrock has elsewhere is taken out; all other bytes stay. */
export function bodyOf(call: ProviderCall): Buffer {
  const remove = ['model', 'stream']
  if (call.wire !== 'anthropic-messages') return editBody(call.body, { remove })
  const betas = betasFor(call.headers['anthropic-beta'], call.json().anthropic_beta)
  const set = { anthropic_version: VERSION, ...(betas.length > 0 && { anthropic_beta: betas }) }
  return editBody(call.body, { set, remove })
}

export const framingOf = ({ stream }: ProviderCall): UpstreamRequest['framing'] =>
  stream ? 'aws-event-stream' : 'none'

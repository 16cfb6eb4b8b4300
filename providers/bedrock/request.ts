import { editBody, type ProviderCall, type UpstreamRequest } from 'commonroute/plugin'
import { betasFor } from './betas.ts'

/** Bedrock's mark of the Messages API, in place of the header. */
const VERSION = 'bedrock-2023-05-31'

/** The model stands in the path, as one segment: an ARN has slashes. */
export function pathOf({ wire, stream }: ProviderCall, model: string): string {
  const whole = wire === 'anthropic-messages' ? 'invoke' : 'converse'
  const streamed = wire === 'anthropic-messages' ? 'invoke-with-response-stream' : 'converse-stream'
  return `model/${encodeURIComponent(model)}/${stream ? streamed : whole}`
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

/**
 * The response around its output: what strict clients require is there from the first event on, and what the request
 * said is repeated. Source: `Response` in OpenAI's API reference, `ResponseResource` of Open Responses.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { ConvertContext } from '../../../converter.ts'
import { objects } from '../../../read/meter.ts'
import { madeId } from '../../../tool-calls/ids.ts'
import { isObject, objectOf, stringOf } from '../../../untyped.ts'

/** Fields of the request that the response repeats, and what they are when it does not give them. */
const REPEATED: Readonly<Record<string, unknown>> = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  safety_identifier: null,
  service_tier: 'default',
  temperature: 1,
  tool_choice: 'auto',
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  frequency_penalty: 0,
  presence_penalty: 0,
  user: null,
}

/** How an answer ended, or that it has not. */
export interface Ending {
  readonly status: 'in_progress' | 'completed' | 'incomplete' | 'failed'
  readonly reason?: 'max_output_tokens' | 'content_filter'
  readonly error?: { readonly code: string; readonly message: string }
}

export const IN_PROGRESS: Ending = { status: 'in_progress' }

/** `hub`: the answer, or a chunk of it. */
export function responseObject(
  hub: JsonObject,
  context: ConvertContext,
  { status, reason, error }: Ending,
  output: readonly JsonObject[],
  usage: JsonObject | null,
): JsonObject {
  const { request } = context
  const text = objectOf(request.text)
  const reasoning = objectOf(request.reasoning)
  const out: JsonObject = {
    id: madeId('resp', context.id),
    object: 'response',
    created_at: context.created,
    status,
    completed_at: status === 'completed' ? context.now() : null,
    error: error ?? null,
    incomplete_details: reason === undefined ? null : { reason },
    model: stringOf(hub.model) || context.model,
    output: [...output],
    reasoning: { effort: reasoning.effort ?? null, summary: reasoning.summary ?? null },
    // Whatever was asked for.
    store: context.isKept ?? false,
    text: { ...text, format: isObject(text.format) ? text.format : { type: 'text' } },
    tools: objects(request.tools).map(repeatedTool),
    usage,
  }
  for (const key in REPEATED) out[key] = request[key] ?? REPEATED[key]
  if (typeof hub.service_tier === 'string') out.service_tier = hub.service_tier
  return out
}

const repeatedTool = (tool: JsonObject): JsonObject =>
  tool.type === 'function'
    ? {
        ...tool,
        description: tool.description ?? null,
        parameters: tool.parameters ?? null,
        strict: tool.strict ?? null,
      }
    : tool

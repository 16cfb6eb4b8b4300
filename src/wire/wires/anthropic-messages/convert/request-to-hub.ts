/**
 * An `anthropic-messages` request as an `openai-chat` request.
 *
 * Changed: a failed tool's result begins with "Error:", and images in tool results move to the next user message,
 * unless `extensions`. Left out unless `extensions`: `cache_control`, thinking blocks that Claude signed, `top_k`, and
 * thinking where the model takes no `reasoning_effort`. Left out always, since others refuse them: `container`,
 * `context_management`, `thread` (`onDropped`), `diagnostics`, `inference_geo`, `speed`, `service_tier: auto` (the default), citations, fields
 * of tools beyond name, description, schema and strict; sampling parameters for OpenAI's reasoning models. Refused:
 * tools and blocks of tools that Anthropic runs, `mcp_servers`, files by id, documents by address (unless
 * `extensions`).
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { HubOptions } from '../../../converter.ts'
import { compact, isObject, listOf, objectOf, refuse } from '../../../untyped.ts'
import { isOpenAiReasoner } from '../../openai-chat/models.ts'
import { messagesToHub } from './messages-to-hub.ts'
import { fitsStrict } from './schema.ts'
import { thinkingToHub } from './thinking-to-hub.ts'
import { toolsToHub } from './tools-to-hub.ts'

export function requestToHub(body: JsonObject, options: HubOptions = {}): JsonObject {
  const extensions = options.extensions ?? false
  const reasoner = isOpenAiReasoner(body.model)
  const stop = listOf(body.stop_sequences)
  if (listOf(body.mcp_servers).length > 0)
    return refuse('mcp_servers', 'are called by Anthropic and have no form at other endpoints')
  // It says everything; nobody keeps it.
  if (isObject(body.thread)) options.onDropped?.('thread')
  return compact({
    model: body.model,
    messages: messagesToHub(body, options),
    [reasoner ? 'max_completion_tokens' : 'max_tokens']: body.max_tokens,
    temperature: reasoner ? undefined : body.temperature,
    top_p: reasoner ? undefined : body.top_p,
    top_k: extensions ? body.top_k : undefined,
    stop: stop.length > 0 ? stop : undefined,
    stream: body.stream,
    user: objectOf(body.metadata).user_id ?? undefined,
    service_tier: body.service_tier === 'standard_only' ? 'default' : undefined,
    cache_control: extensions ? body.cache_control : undefined,
    response_format: formatOf(body),
    ...toolsToHub(body, extensions),
    ...thinkingToHub(body, options.reasoning ?? extensions),
  })
}

/** OpenAI requires a name for the schema, and in strict mode more of it than Anthropic does. */
function formatOf(body: JsonObject): JsonObject | undefined {
  const format = objectOf(objectOf(body.output_config).format ?? body.output_format)
  if (format.type !== 'json_schema' || !isObject(format.schema)) return undefined
  return {
    type: 'json_schema',
    json_schema: { name: 'answer', schema: format.schema, strict: fitsStrict(format.schema) },
  }
}

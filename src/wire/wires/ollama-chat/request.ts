/**
 * An `openai-chat` request as an `ollama-chat` request.
 *
 * Changed: sampling goes into `options`, `response_format` becomes `format`, reasoning becomes `think`; a tool that is
 * forced is the only one that is offered, since there is no `tool_choice`. Ollama's own fields (`options`, `keep_alive`,
 * `think`, `format`, ...) are sent on when a client adds them, and win. Left out, since there is no place for them
 * (`onDropped`): `logit_bias`, `tool_choice: required`, `parallel_tool_calls: false`; without a word what is not named
 * below (`user`, `metadata`, `store`, ...). Refused: `n` above 1, audio, `functions`, files, images by address.
 */
import type { JsonObject } from '../../../plugins/api.ts'
import type { HubOptions } from '../../converter.ts'
import { compact, isObject, listOf, numberOf, objectOf, refuse, stringOf } from '../../untyped.ts'
import { chosenTools } from '../openai-chat/chosen-tools.ts'
import { messagesFromHub } from './messages.ts'

/** https://docs.ollama.com/api/chat */
const NATIVE = ['keep_alive', 'truncate', 'shift', 'logprobs', 'top_logprobs']
/** https://docs.ollama.com/modelfile#parameter: the hub's name, and Ollama's. */
const OPTIONS: readonly (readonly [string, string])[] = [
  ['temperature', 'temperature'],
  ['top_p', 'top_p'],
  ['top_k', 'top_k'],
  ['min_p', 'min_p'],
  ['seed', 'seed'],
  ['presence_penalty', 'presence_penalty'],
  ['frequency_penalty', 'frequency_penalty'],
  ['repetition_penalty', 'repeat_penalty'],
]

export function requestFromHub(body: JsonObject, { onDropped }: HubOptions = {}): JsonObject {
  if ((numberOf(body.n) ?? 1) > 1) refuse('n', 'must be 1: an ollama-chat endpoint gives one choice')
  if (isObject(body.audio) || listOf(body.modalities).some((kind) => kind !== 'text'))
    refuse('modalities', 'may only be text at an ollama-chat endpoint')
  if (body.functions !== undefined) refuse('functions', 'is the old form; use tools')
  if (isObject(body.logit_bias) && Object.keys(body.logit_bias).length > 0) onDropped?.('logit_bias')
  const options = optionsOf(body)
  const tools = toolsOf(body, onDropped)
  return compact({
    model: body.model,
    messages: messagesFromHub(body.messages),
    tools: tools.length > 0 ? tools : undefined,
    // Ollama streams unless it is asked not to.
    stream: body.stream === true,
    format: body.format ?? formatOf(objectOf(body.response_format)),
    think: body.think ?? thinkOf(body),
    options: Object.keys(options).length > 0 ? options : undefined,
    ...Object.fromEntries(NATIVE.map((key) => [key, body[key] ?? undefined])),
  })
}

function optionsOf(body: JsonObject): JsonObject {
  const stop = typeof body.stop === 'string' ? [body.stop] : listOf(body.stop)
  return {
    ...compact({
      num_predict: numberOf(body.max_completion_tokens) ?? numberOf(body.max_tokens),
      stop: stop.length > 0 ? stop : undefined,
      ...Object.fromEntries(OPTIONS.map(([hub, own]) => [own, numberOf(body[hub])])),
    }),
    ...objectOf(body.options),
  }
}

function formatOf({ type, json_schema }: JsonObject): unknown {
  if (type === 'json_object') return 'json'
  return type === 'json_schema' ? (objectOf(json_schema).schema ?? 'json') : undefined
}

/** Ollama's levels: https://docs.ollama.com/capabilities/thinking. A budget has no form, and is a wish to think. */
const LEVELS: Readonly<Record<string, string | boolean>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'max',
  max: 'max',
}

function thinkOf(body: JsonObject): string | boolean | undefined {
  const reasoning = objectOf(body.reasoning)
  if (reasoning.enabled === false) return false
  const effort = stringOf(reasoning.effort) || stringOf(body.reasoning_effort)
  if (effort !== '') return LEVELS[effort]
  return reasoning.enabled === true || numberOf(reasoning.max_tokens) !== undefined ? true : undefined
}

function toolsOf(body: JsonObject, onDropped: HubOptions['onDropped']): readonly JsonObject[] {
  const { tool_choice: choice } = body
  const tools = listOf(body.tools).map((tool, index) => toolOf(objectOf(tool), `tools[${index}]`))
  if (tools.length === 0 || choice === 'none') return []
  if (body.parallel_tool_calls === false) onDropped?.('parallel_tool_calls')
  if (choice === 'required') onDropped?.('tool_choice')
  const names = chosenTools(choice)
  return names ? tools.filter((tool) => names.includes(objectOf(tool.function).name)) : tools
}

function toolOf(tool: JsonObject, field: string): JsonObject {
  const { name, description, parameters } = objectOf(tool.function)
  if (tool.type !== 'function')
    return refuse(field, `of type "${stringOf(tool.type)}" cannot be sent to an ollama-chat endpoint`)
  if (typeof name !== 'string') return refuse(`${field}.function.name`, 'must be a string')
  return {
    type: 'function',
    function: compact({
      name,
      description: stringOf(description) || undefined,
      parameters: { type: 'object', properties: {}, ...objectOf(parameters) },
    }),
  }
}

import type { JsonObject } from '../../../plugins/api.ts'
import { toolTypes } from '../../describe/tool-types.ts'
import { objects } from '../../read/meter.ts'
import { compact, isObject, objectOf, stringOf } from '../../untyped.ts'
import { camelCased, isSnakeCased } from './camel.ts'

/** What routing has to know of a request, in the fields of the hub. Texts are not copied. */
export function geminiView(given: JsonObject): JsonObject {
  const body = isSnakeCased(given) ? camelCased(given) : given
  const config = objectOf(body.generationConfig)
  const { contents, systemInstruction, tools } = body
  const json = /json/.test(stringOf(config.responseMimeType))
  return compact({
    model: body.model,
    system: systemInstruction === undefined ? undefined : parts(systemInstruction),
    messages: (Array.isArray(contents) ? contents : [contents]).filter(isObject).map((content) => ({
      role: content.role === 'model' ? 'assistant' : 'user',
      content: parts(content),
    })),
    // An empty list would ask for an endpoint with tools.
    tools: Array.isArray(tools) && tools.length > 0 ? objects(tools).flatMap(toolsOf) : undefined,
    max_tokens: config.maxOutputTokens,
    temperature: config.temperature,
    top_p: config.topP,
    top_k: config.topK,
    seed: config.seed,
    stop: config.stopSequences,
    frequency_penalty: config.frequencyPenalty,
    presence_penalty: config.presencePenalty,
    logprobs: config.responseLogprobs,
    tool_choice: isObject(body.toolConfig) ? 'auto' : undefined,
    response_format: json ? { type: 'json_object' } : undefined,
    reasoning: config.thinkingConfig,
    service_tier: body.serviceTier,
  })
}

/** Those that Google runs are known by their key. */
const toolsOf = ({ functionDeclarations, ...others }: JsonObject): JsonObject[] => [
  ...objects(functionDeclarations).map(functionOf),
  ...Object.keys(others).map((type) => ({ type })),
]

const functionOf = (declaration: JsonObject): JsonObject => ({ type: 'function', function: declaration })

function parts(content: unknown): unknown {
  if (typeof content === 'string') return content
  return objects(objectOf(content).parts).map((part) => {
    if (typeof part.text === 'string') return { type: 'text', text: part.text }
    const { mimeType, data } = objectOf(part.inlineData)
    if (stringOf(mimeType).startsWith('audio/')) return { type: 'input_audio', input_audio: { data } }
    if (typeof data === 'string') return { type: 'image_url', image_url: { url: data } }
    return isObject(part.fileData)
      ? { type: 'image_url', image_url: { url: part.fileData.fileUri } }
      : { type: 'text', text: JSON.stringify(part.functionCall ?? part.functionResponse ?? part) }
  })
}

/** Of a view: the tools that Google runs itself, where there are no others. */
export function hostedTools({ tools }: JsonObject): string | undefined {
  const list = objects(tools)
  return list.length > 0 && list.every(({ type }) => type !== 'function') ? toolTypes(list) : undefined
}

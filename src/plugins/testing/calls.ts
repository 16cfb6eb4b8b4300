import type { JsonObject, Operation, ProviderCall, Wire } from '../api.ts'

/**
 * Larger than a double can hold, and keys in no natural order: what a body loses when it is parsed and written again.
 */
export const UNTOUCHED = '"x_untouched" : {"z":12345678901234567890,"a":1.10,"m":"\\u00e9"}'

const MESSAGES = '"messages":[{"role":"user","content":"Say hello."}]'

const BODIES: Readonly<Record<string, string>> = {
  'openai-chat': `${MESSAGES},"max_tokens":64`,
  'openai-responses': '"input":"Say hello.","max_output_tokens":64',
  'openai-completions': '"prompt":"Say hello.","max_tokens":64',
  'openai-embeddings': '"input":["hello"]',
  'openai-input-tokens': '"input":"Say hello."',
  'openai-images': '"prompt":"A lamp.","n":1',
  'openai-speech': '"input":"Hello.","voice":"alloy"',
  'openai-moderations': '"input":"hello"',
  'jina-rerank': '"query":"hello","documents":["hello","goodbye"]',
  'cohere-rerank': '"query":"hello","documents":["hello","goodbye"]',
  'voyage-rerank': '"query":"hello","documents":["hello","goodbye"]',
  'anthropic-messages': `"max_tokens":64,${MESSAGES}`,
  'anthropic-count-tokens': MESSAGES,
}

/** A small request in a wire; of wires that the kit does not know, only what all have. */
export function sampleCall(operation: Operation, wire: Wire, model: string, stream: boolean): ProviderCall {
  const parts = [
    UNTOUCHED,
    `"model":${JSON.stringify(model)}`,
    ...(stream ? ['"stream":true'] : []),
    BODIES[wire] ?? '"input":"Say hello."',
  ]
  const body = Buffer.from(`{ ${parts.join(', ')} }`)
  let parsed: JsonObject | undefined
  return {
    id: 'gen-1700000000-conformance',
    operation,
    wire,
    stream,
    contentType: 'application/json',
    headers: {},
    body,
    json: () => {
      parsed ??= JSON.parse(body.toString()) as JsonObject
      return parsed
    },
  }
}

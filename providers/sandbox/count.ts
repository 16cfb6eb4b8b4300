import type { JsonObject } from 'commonroute/plugin'

/** The answer to a request for a count: about four characters a token, as everywhere in the sandbox. */
export function count(body: JsonObject, path: string): JsonObject {
  const { system, instructions, messages, input, tools } = body
  const input_tokens = Math.ceil(JSON.stringify([system, instructions, messages, input, tools]).length / 4)
  return path.endsWith('/input_tokens') ? { object: 'response.input_tokens', input_tokens } : { input_tokens }
}

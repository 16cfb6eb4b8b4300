import { makePrompt, markPrompt, tokensAtMost } from '../bench/prompt.ts'
import type { JsonObject } from '../plugins/api.ts'

/** What a chat is asked for. */
export type ChatShape = 'stream' | 'whole' | 'long' | 'tools' | 'json'

/** How often each is asked for in a row of requests: streams tell most, and come first. */
const TURNS: readonly ChatShape[] = ['stream', 'whole', 'stream', 'tools', 'stream', 'long', 'stream', 'json']

/** Tokens of the prompts, about; the long one falls into the class above 1,000. */
const SHORT = 120
const LONG = 1_600

const CITY = {
  type: 'object',
  properties: { city: { type: 'string' }, celsius: { type: 'number' } },
  required: ['city', 'celsius'],
  additionalProperties: false,
} as const
const REPORT = 'It is 21 degrees Celsius in Paris today.'

/** The order in which an endpoint is asked for these, over and over. */
export const turnsOf = (shapes: readonly ChatShape[]): readonly ChatShape[] =>
  TURNS.filter((shape) => shapes.includes(shape))

export const isStreamedShape = (shape: ChatShape): boolean => shape !== 'whole' && shape !== 'json'

export const isStructured = (shape: ChatShape): boolean => shape === 'tools' || shape === 'json'

/** A chat of this shape, never the same prompt twice; with its tokens at most. */
export function chatOf(
  shape: ChatShape,
  random: () => number,
): { readonly fields: JsonObject; readonly tokens: number } {
  const stream = isStreamedShape(shape)
  if (isStructured(shape)) {
    const content = markPrompt(
      `${REPORT} ${shape === 'tools' ? 'Record it with the tool.' : 'Answer as JSON.'}`,
      random,
    )
    const how: JsonObject =
      shape === 'tools'
        ? {
            tools: [
              {
                type: 'function',
                function: { name: 'record_weather', description: 'Records the weather.', parameters: CITY },
              },
            ],
            tool_choice: 'auto',
          }
        : { response_format: { type: 'json_schema', json_schema: { name: 'weather', strict: true, schema: CITY } } }
    return { fields: { messages: [{ role: 'user', content }], stream, ...how }, tokens: tokensAtMost(content) + 200 }
  }
  const content = markPrompt(makePrompt(shape === 'long' ? LONG : SHORT, random), random)
  return { fields: { messages: [{ role: 'user', content }], stream }, tokens: tokensAtMost(content) }
}

import type { JsonObject } from '../plugins/api.ts'

/** An answer, and what was asked. */
export interface KeptResponse {
  /** As the client got it. */
  readonly response: JsonObject
  /** As the client sent it. */
  readonly input: readonly JsonObject[]
  /** Before it. */
  readonly previous?: string
  /** That it takes where it is kept; absent before. */
  readonly bytes?: number
}

/** `input` as a list: a text is a user's message. */
export function inputItems(input: unknown): readonly JsonObject[] {
  if (typeof input === 'string')
    return [{ type: 'message', role: 'user', content: [{ type: 'input_text', text: input }] }]
  return Array.isArray(input) ? (input as JsonObject[]) : []
}

export const outputItems = ({ output }: JsonObject): readonly JsonObject[] =>
  Array.isArray(output) ? (output as JsonObject[]) : []

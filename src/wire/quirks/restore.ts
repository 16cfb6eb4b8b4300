/** Gives tools in an answer the names again by which the client knows them. */
import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { OutEvent, StreamConverter } from '../converter.ts'
import { isObject, objectOf } from '../untyped.ts'
import { renamed } from '../wires/openai-chat/quirks.ts'
import { mapSame, withValue } from './same.ts'

export type Names = ReadonlyMap<string, string>

/** A whole answer of `wire`. */
export function restoreNames(body: JsonObject, wire: Wire, names: Names): JsonObject {
  const change = (name: string): string => names.get(name) ?? name
  return wire === 'anthropic-messages' ? withValue(body, 'content', blocks(body.content, change)) : inChoices(body, 'message', change)
}

/** One stream of `wire`. Nobody else changes the end of a stream in the client's own wire, so `last` says that this is the last converter. */
export class StreamRestorer implements StreamConverter {
  readonly #wire: Wire
  readonly #change: (name: string) => string
  readonly #last: boolean
  /** False: a chunk of usage alone was asked for by the router only. */
  readonly #includeUsage: boolean

  constructor(wire: Wire, names: Names, last: boolean, includeUsage: boolean) {
    this.#wire = wire
    this.#change = (name) => names.get(name) ?? name
    this.#last = last
    this.#includeUsage = includeUsage
  }

  event(name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#last && !this.#includeUsage && isObject(data.usage) && isEmpty(data.choices)) return []
    const out = this.#wire === 'anthropic-messages' ? inBlockStart(data, this.#change) : inChoices(data, 'delta', this.#change)
    return [name === undefined ? { data: out } : { event: name, data: out }]
  }

  end(): readonly OutEvent[] {
    return this.#last && this.#wire === 'openai-chat' ? [{ data: '[DONE]' }] : []
  }
}

const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0

function inBlockStart(data: JsonObject, change: (name: string) => string): JsonObject {
  const block = objectOf(data.content_block)
  return block.type === 'tool_use' ? renamed(data, 'content_block', change) : data
}

const blocks = (content: unknown, change: (name: string) => string): unknown =>
  Array.isArray(content)
    ? mapSame(content, (block) =>
        isObject(block) && block.type === 'tool_use' && typeof block.name === 'string'
          ? withValue(block, 'name', change(block.name))
          : block,
      )
    : content

function inChoices(body: JsonObject, key: 'message' | 'delta', change: (name: string) => string): JsonObject {
  if (!Array.isArray(body.choices)) return body
  const choices = mapSame(body.choices, (choice) => {
    const message = isObject(choice) ? choice[key] : undefined
    if (!isObject(choice) || !isObject(message)) return choice
    let out = renamed(message, 'function_call', change)
    if (Array.isArray(out.tool_calls)) {
      const calls = mapSame(out.tool_calls, (call) => (isObject(call) ? renamed(call, 'function', change) : call))
      out = withValue(out, 'tool_calls', calls)
    }
    return withValue(choice, key, out)
  })
  return withValue(body, 'choices', choices)
}

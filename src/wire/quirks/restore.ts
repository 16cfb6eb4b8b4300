/** Gives tools in an answer the names again by which the client knows them. */
import type { JsonObject, Wire } from '../../plugins/api.ts'
import type { OutEvent, StreamConverter } from '../converter.ts'
import type { WireDefinition } from '../definition.ts'
import { isObject } from '../untyped.ts'
import { HUB_WIRE, wireOf } from '../wires/index.ts'

export type Names = ReadonlyMap<string, string>

/** A whole answer of `wire`. */
export function restoreNames(body: JsonObject, wire: Wire, names: Names): JsonObject {
  const quirks = wireOf(wire)?.quirks
  return quirks ? quirks.renameWhole(body, (name) => names.get(name) ?? name) : body
}

/**
 * One stream of `wire`. Nobody else changes the end of a stream in the client's own wire, so `last` says that this is
 * the last converter.
 */
export class StreamRestorer implements StreamConverter {
  readonly #wire: Wire
  readonly #quirks: WireDefinition['quirks']
  readonly #change: (name: string) => string
  readonly #last: boolean
  /** False: a chunk of usage alone was asked for by the router only. */
  readonly #includeUsage: boolean

  constructor(wire: Wire, names: Names, last: boolean, includeUsage: boolean) {
    this.#wire = wire
    this.#quirks = wireOf(wire)?.quirks
    const change = (name: string) => names.get(name) ?? name
    this.#change = change
    this.#last = last
    this.#includeUsage = includeUsage
  }

  event(name: string | undefined, data: JsonObject): readonly OutEvent[] {
    if (this.#last && !this.#includeUsage && isObject(data.usage) && isEmpty(data.choices)) return []
    const out = this.#quirks ? this.#quirks.renameEvent(data, this.#change) : data
    return [name === undefined ? { data: out } : { event: name, data: out }]
  }

  end(): readonly OutEvent[] {
    // Converters take the end of the hub's streams for granted; the client does not.
    return this.#last && this.#wire === HUB_WIRE ? [{ data: '[DONE]' }] : []
  }
}

const isEmpty = (list: unknown): boolean => !Array.isArray(list) || list.length === 0

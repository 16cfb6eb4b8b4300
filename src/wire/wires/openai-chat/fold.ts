import { joinedBase64 } from '../../../base/joined-base64.ts'
import type { JsonObject } from '../../../plugins/api.ts'
import type { Fold } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { CallIds } from '../../tool-calls/ids.ts'
import { mendedDelta } from '../../tool-calls/mend.ts'
import { ToolCallTable } from '../../tool-calls/table.ts'
import { isObject, objectOf, stringOf } from '../../untyped.ts'

/** Texts that are said whole in each chunk that has them. */
const NAMES: ReadonlySet<string> = new Set(['role', 'type', 'id', 'format', 'name', 'signature'])

interface Choice {
  readonly table: ToolCallTable
  readonly calls: Map<unknown, JsonObject>
  choice: JsonObject
  message: JsonObject
  /** Base64 of the sound that is spoken. */
  readonly sound: string[]
}

/** `chat.completion.chunk`s, or the chunks of a completion, put together. */
export class ChatFold implements Fold {
  readonly #object: string
  #head: JsonObject = {}
  #usage: unknown
  #ids: CallIds | undefined
  readonly #choices = new Map<unknown, Choice>()

  constructor(object: string) {
    this.#object = object
  }

  event(_name: string | undefined, { choices, usage, ...head }: JsonObject): void {
    this.#head = { ...head, ...this.#head }
    this.#usage = usage ?? this.#usage
    for (const choice of objects(choices)) this.#choice(choice)
  }

  /** `done`: the end marker came. */
  end(done: boolean): string | undefined {
    const finished = [...this.#choices.values()].every(({ choice }) => typeof choice.finish_reason === 'string')
    if (this.#choices.size === 0 || !(done || finished)) return undefined
    const choices = [...this.#choices.values()].map((choice) => this.#whole(choice))
    const usage = this.#usage === undefined || this.#usage === null ? {} : { usage: this.#usage }
    return JSON.stringify({ ...this.#head, object: this.#object, choices, ...usage })
  }

  #choice({ delta, message, ...given }: JsonObject): void {
    const index = given.index ?? 0
    let choice = this.#choices.get(index)
    if (!choice) {
      this.#ids ??= new CallIds(stringOf(this.#head.id), 'call')
      const table = new ToolCallTable({ ids: this.#ids, choice: typeof index === 'number' ? index : 0 })
      choice = { table, calls: new Map(), choice: { index }, message: {}, sound: [] }
      this.#choices.set(index, choice)
    }
    const { tool_calls, ...rest } = [delta, message].find(isObject) ?? {}
    const { finish_reason, ...others } = given
    merge(choice.choice, others)
    if (finish_reason) choice.choice.finish_reason = finish_reason
    merge(choice.message, isObject(rest.audio) ? { ...rest, audio: withoutSound(rest.audio, choice.sound) } : rest)
    const entries = objects(tool_calls)
    for (const entry of mendedDelta(choice.table, entries, Boolean(finish_reason)) ?? entries)
      addCall(choice.calls, entry)
  }

  #whole({ choice, calls, message, sound }: Choice): JsonObject {
    const whole = { finish_reason: 'stop', ...choice }
    if (sound.length > 0) message.audio = { ...objectOf(message.audio), data: joinedBase64(sound) }
    if (this.#object !== 'chat.completion') return whole
    const tool_calls =
      calls.size === 0 ? {} : { tool_calls: [...calls.values()].map(({ index: _index, ...call }) => call) }
    return { ...whole, message: { role: 'assistant', content: null, ...message, ...tool_calls } }
  }
}

/** What else is said of sound; its data goes to `pieces`. */
function withoutSound({ data, ...rest }: JsonObject, pieces: string[]): JsonObject {
  if (typeof data === 'string') pieces.push(data)
  return rest
}

function addCall(calls: Map<unknown, JsonObject>, entry: JsonObject): void {
  const call = calls.get(entry.index)
  if (!call) calls.set(entry.index, structuredClone(entry))
  else merge(call, entry)
}

/**
 * Adds what a later chunk says: texts and lists grow, objects are merged, list items by their `index`; all else is
 * replaced.
 */
function merge(into: JsonObject, more: JsonObject): void {
  for (const [key, value] of Object.entries(more)) {
    if (value === null || value === undefined) continue
    const known = into[key]
    if (typeof known === 'string' && typeof value === 'string' && !NAMES.has(key)) into[key] = known + value
    else if (Array.isArray(known) && Array.isArray(value)) into[key] = mergedLists(known, value)
    else if (isObject(known) && isObject(value)) {
      const both = { ...known }
      merge(both, value)
      into[key] = both
    } else if (!(NAMES.has(key) && value === '')) into[key] = value
  }
}

function mergedLists(known: readonly unknown[], more: readonly unknown[]): unknown[] {
  const list = [...known]
  for (const item of more) {
    const at =
      isObject(item) && typeof item.index === 'number'
        ? list.findIndex((other) => objectOf(other).index === item.index)
        : -1
    if (at < 0) list.push(item)
    else {
      const both = { ...objectOf(list[at]) }
      merge(both, objectOf(item))
      list[at] = both
    }
  }
  return list
}

import type { JsonObject } from '../../plugins/api.ts'
import { isObject } from '../convert/read.ts'
import { objects, text } from './reading.ts'

/** Arguments kept per answer, in characters. More is passed on, but no longer checked. */
const MAX_ARGUMENTS = 1024 * 1024

/** Names of the tools that a request offers, in any wire; undefined when it offers none by name, so that nothing can be said. */
export function toolNames(body: JsonObject): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const tool of [...objects(body.tools), ...objects(body.functions)]) {
    const inner = [tool.function, tool.custom].find(isObject) ?? tool
    const name = text(inner.name)
    if (name) names.add(name)
    // Tools that the provider runs (`web_search`, `mcp`, ...) call under names of their own.
    else if (text(tool.type)) return undefined
  }
  return names.size > 0 ? names : undefined
}

/** Follows the tool calls of one answer, by the index that the wire gives them. */
export class ToolCalls {
  readonly #known: ReadonlySet<string> | undefined
  readonly #calls = new Map<number, { name: string; arguments: string }>()
  #size = 0
  #unknown: string | undefined

  constructor(request: JsonObject) {
    this.#known = toolNames(request)
  }

  get count(): number {
    return this.#calls.size
  }

  has(index: number): boolean {
    return this.#calls.has(index)
  }

  /** A call begins, or goes on: `name` comes once, `fragment` piece by piece. */
  add(index: number, name: unknown, fragment: unknown): void {
    let call = this.#calls.get(index)
    if (!call) {
      call = { name: '', arguments: '' }
      this.#calls.set(index, call)
    }
    if (typeof name === 'string' && name !== '' && call.name === '') {
      call.name = name
      if (this.#known && !this.#known.has(name)) this.#unknown ??= name
    }
    if (typeof fragment !== 'string' || this.#size > MAX_ARGUMENTS) return
    this.#size += fragment.length
    call.arguments += fragment
  }

  /** A call of a tool that was not offered. */
  get unknown(): string | undefined {
    return this.#unknown === undefined ? undefined : `it called the tool "${this.#unknown.slice(0, 100)}", which the request does not offer`
  }

  /** What is wrong with the calls, now that they are complete. Empty arguments stand for none. */
  problem(): string | undefined {
    if (this.unknown !== undefined || this.#size > MAX_ARGUMENTS) return this.unknown
    for (const call of this.#calls.values()) {
      if (!isJson(call.arguments)) return `the arguments of its call of "${call.name.slice(0, 100)}" are not valid JSON`
    }
    return undefined
  }
}

/** Blank counts as JSON: no arguments. */
export function isJson(value: string): boolean {
  if (value.trim() === '') return true
  try {
    JSON.parse(value)
    return true
  } catch {
    return false
  }
}

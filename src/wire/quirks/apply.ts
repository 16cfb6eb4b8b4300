/** Applies an adapter's quirks to the body that is about to be sent. */

import type { BodyEdits } from '../../base/json/edit-body.ts'
import type { JsonObject, Quirks, Wire } from '../../plugins/api.ts'
import { numberOf, refuse } from '../untyped.ts'
import { wireOf } from '../wires/index.ts'
import { QuirkContext } from './context.ts'
import { without, withValue } from './same.ts'

export interface Adapted {
  /** The same object when nothing had to change. */
  readonly body: JsonObject
  /** From the upstream's name to the client's, of tools that go under another name; undefined when none does. */
  readonly names?: ReadonlyMap<string, string>
}

/** Throws ROUTER_BAD_REQUEST, naming the field, for what cannot be made to fit. */
export function applyQuirks(body: JsonObject, wire: Wire, quirks: Quirks): Adapted {
  const context = new QuirkContext(quirks, body)
  const own = wireOf(wire)?.quirks
  const plain = topLevel(body, quirks)
  const out = own ? own.apply(plain, context) : plain
  const { changed } = context
  return changed ? { body: out, names: changed } : { body: out }
}

/** What makes `from` into `to`, by top-level keys. */
export function difference(from: JsonObject, to: JsonObject): BodyEdits {
  const set: Record<string, unknown> = {}
  for (const key in to) if (to[key] !== from[key]) set[key] = to[key]
  return { set, remove: Object.keys(from).filter((key) => !Object.hasOwn(to, key)) }
}

function topLevel(body: JsonObject, quirks: Quirks): JsonObject {
  const { rename, drop, dropEverywhere, noEmptyTools, maxChoices, defaults, overrides } = quirks
  let out = body
  for (const from in rename) {
    if (!Object.hasOwn(out, from)) continue
    const { [from]: value, ...rest } = out
    const to = rename[from]!
    out = Object.hasOwn(rest, to) ? rest : { ...rest, [to]: value }
  }
  if (drop) for (const key of drop) out = withValue(out, key, undefined)
  if (dropEverywhere) for (const key of dropEverywhere) out = withValue(out, key, undefined)
  for (const key in defaults) if (out[key] === undefined) out = withValue(out, key, defaults[key])
  for (const key in overrides) out = withValue(out, key, overrides[key])
  if (noEmptyTools && Array.isArray(out.tools) && out.tools.length === 0) out = without(out, TOOL_KEYS)
  if (maxChoices !== undefined && (numberOf(out.n) ?? 1) > maxChoices)
    refuse('n', `must not be above ${maxChoices} here`)
  return out
}

/** What makes no sense without tools, and is refused too. */
const TOOL_KEYS: ReadonlySet<string> = new Set(['tools', 'tool_choice', 'parallel_tool_calls'])

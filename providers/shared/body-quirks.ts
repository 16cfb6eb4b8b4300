import { editBody, type ProviderCall } from 'commonroute/plugin'

/** Top-level keys of a body that an upstream knows by another name, or answers with an error. */
export interface BodyQuirks {
  /** From the wire's name to the upstream's; a value already there under the upstream's name wins. */
  readonly rename?: Readonly<Record<string, string>>
  /** Removed, as OpenRouter does with parameters that an endpoint does not support. */
  readonly drop?: readonly string[]
}

/** The body as the upstream takes it: the same Buffer when no quirk applies, else edited byte-wise. */
export function applyQuirks(call: ProviderCall, quirks: BodyQuirks): Buffer {
  const body = call.json()
  const set: Record<string, unknown> = {}
  const remove: string[] = []
  for (const [from, to] of Object.entries(quirks.rename ?? {})) {
    if (!Object.hasOwn(body, from)) continue
    remove.push(from)
    if (!Object.hasOwn(body, to)) set[to] = body[from]
  }
  for (const key of quirks.drop ?? []) if (Object.hasOwn(body, key)) remove.push(key)
  return remove.length === 0 ? call.body : editBody(call.body, { set, remove })
}

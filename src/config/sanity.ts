import { RouterError } from '../base/errors.ts'
import { isLoopback } from '../base/loopback.ts'
import { parseDuration } from '../base/units.ts'
import { checkFederation } from './check-federation.ts'
import type { Findings } from './findings.ts'
import { child } from './pointer.ts'
import { isMapping, listAt, type Mapping, mappingAt, textAt } from './view.ts'

/** What is well-formed and still wrong or probably not meant. */
export function checkSanity(root: Mapping, findings: Findings): void {
  checkExposure(root, findings)
  checkKeys(root, findings)
  checkTimeouts(root, findings)
  checkObservers(root, findings)
  checkFederation(root, findings)
  const store = mappingAt(root, 'stats').store
  const plugin = isMapping(store) ? store.plugin : store
  if (typeof plugin === 'string' && plugin !== 'lowdb' && findings.source.places.has('/stats/path')) {
    findings.warn('/stats/path', `The path is not used: it is an option of the store "lowdb".`)
  }
}

function checkExposure(root: Mapping, findings: Findings): void {
  const host = textAt(mappingAt(root, 'server'), 'host')
  const { keys } = mappingAt(root, 'auth')
  if (
    !host ||
    isLoopback(host) ||
    !Array.isArray(keys) ||
    keys.length > 0 ||
    findings.source.broken.has('/server/host')
  )
    return
  const shown = findings.source.places.fromEnv('/server/host') ? '***' : host
  findings.problem('/server/host', new RouterError('ROUTER_PUBLIC_WITHOUT_KEYS', { host: shown }).message)
}

function checkKeys(root: Mapping, findings: Findings): void {
  listAt(mappingAt(root, 'auth'), 'keys').forEach((entry, index) => {
    const at = child('/auth/keys', index)
    const [key, pointer] = isMapping(entry) ? [entry.key, child(at, 'key')] : [entry, at]
    if (typeof key !== 'string' || key === '' || findings.source.broken.has(pointer)) return
    // What a header can carry, and what is left of it behind "Bearer ".
    if (!/^[\x21-\x7e]+$/.test(key))
      findings.problem(
        pointer,
        'This key can never match: it has blanks, or characters beyond ASCII, which no header carries.',
      )
    else if (key.length < 8)
      findings.warn(pointer, 'This key is shorter than 8 characters and can be guessed.', {
        hint: 'Try: openssl rand -hex 24',
      })
  })
}

function checkTimeouts(root: Mapping, findings: Findings): void {
  const timeouts = mappingAt(root, 'routing', 'timeouts')
  const ms = (name: string) => {
    const value = timeouts[name]
    return typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : undefined
  }
  const total = ms('total')
  if (total === undefined) return
  for (const name of ['connect', 'first_token', 'response', 'alive', 'idle']) {
    const pointer = `/routing/timeouts/${name}`
    const own = ms(name)
    // A shorter total alone is meant: it ends the defaults, too.
    if (own === undefined || own <= total || !findings.source.places.has(pointer)) continue
    findings.warn(pointer, `The timeout "${name}" is longer than "total" and has no effect.`)
  }
}

function checkObservers(root: Mapping, findings: Findings): void {
  const seen = new Set<string>()
  listAt(root, 'observers').forEach((entry, index) => {
    const id =
      typeof entry === 'string'
        ? entry
        : isMapping(entry)
          ? (textAt(entry, 'id') ?? textAt(entry, 'plugin'))
          : undefined
    if (id === undefined) return
    if (seen.has(id))
      findings.problem(child('/observers', index), 'There is an observer of this name already.', {
        hint: 'Give one an "id" of its own.',
      })
    seen.add(id)
  })
}

import type { Findings } from './findings.ts'
import { child, segmentsOf } from './pointer.ts'
import { type Mapping, mappingAt } from './view.ts'

/**
 * A missing variable is a problem, unless it belongs to an optional provider: that one is left out, with a warning.
 * @returns the providers left out
 */
export function settleVariables(root: Mapping, findings: Findings): ReadonlySet<string> {
  const leftOut = new Map<string, Set<string>>()
  for (const { pointer, name } of findings.source.missing) {
    const [section, id] = segmentsOf(pointer)
    if (section === 'providers' && id !== undefined && mappingAt(root, 'providers', id).optional === true) {
      leftOut.set(id, (leftOut.get(id) ?? new Set()).add(name))
    } else {
      findings.problem(pointer, `The environment variable ${name} is not set.`, {
        hint: `Set it, or write \${${name}:-default}${section === 'providers' ? ', or mark the provider "optional: true"' : ''}.`,
      })
    }
  }
  for (const [id, names] of leftOut) {
    findings.warn(
      child('/providers', id),
      `The optional provider "${id}" is left out: ${[...names].join(', ')} is not set.`,
    )
  }
  const configured = Object.keys(mappingAt(root, 'providers'))
  if (configured.length > 0 && configured.every((id) => leftOut.has(id))) {
    findings.problem(
      '/providers',
      'No provider is left: all are optional, and their environment variables are not set.',
    )
  }
  return new Set(leftOut.keys())
}

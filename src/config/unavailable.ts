import type { Findings } from './findings.ts'
import { isMapping } from './view.ts'

/**
 * Keys of the file format that this version does not have yet. They get an answer of their own instead of "not known",
 * and are taken out of `root`.
 */
export function refuseUnavailable(root: Record<string, unknown>, findings: Findings): void {
  const { server } = root
  if (isMapping(server) && 'workers' in server) {
    if (String(server.workers) !== '1' && !findings.source.broken.has('/server/workers')) {
      const hint = 'Remove the key. One process serves thousands of streams.'
      findings.problem('/server/workers', 'More than one worker is not available in this version.', { value: server.workers, hint })
    }
    delete server.workers
  }
}

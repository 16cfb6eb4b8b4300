import { reasonOf } from '../../base/errors.ts'
import type { Config, Problem } from '../../config/types.ts'
import { readMembership } from '../../federation/member/membership/identity.ts'
import { federationFolder } from '../federation/membership.ts'

/** What does not fit together between `federation` and the membership on disk. */
export function checkFederation(config: Config): Problem[] {
  const { hub, enabled, map } = config.federation
  const warning = (message: string, hint: string, path = 'federation.hub'): Problem => ({
    ...(config.source.path !== undefined && { file: config.source.path }),
    path,
    message,
    hint,
  })
  if (!enabled) return []
  try {
    const membership = readMembership(federationFolder(config))
    const unused =
      membership && map
        ? [
            warning(
              `This router uses the map of ${membership.hub}, which it has joined.`,
              'To use another one, leave that hub first: router federation leave',
              'federation.map',
            ),
          ]
        : []
    if (hub === undefined || membership?.hub === hub) return unused
    if (!membership)
      return [warning('This router has not joined the hub.', `Run: router federation join ${hub} --invite CODE`)]
    return [
      warning(
        `This router has joined another hub, ${membership.hub}, and talks to neither.`,
        'Run: router federation leave, then join the other one.',
      ),
    ]
  } catch (error) {
    return [warning(reasonOf(error), 'Until then the router runs as without a hub.')]
  }
}

import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { RunningProber } from './start-prober.ts'

/** How often members' complaints are looked for. */
const LOOK_MS = 5_000

/** Has a prober ask soon what members complain of, until the timer is cleared. A look that fails is made again. */
export function lookForSuspects(
  prober: Pick<RunningProber, 'hurry'>,
  suspects: () => Promise<readonly PublicEndpoint[]>,
): NodeJS.Timeout {
  const look = async () => {
    const found = new Set((await suspects()).map(endpointKey))
    if (found.size > 0) prober.hurry(({ name }) => found.has(endpointKey(name)))
  }
  // A database or a hub that is away is said by who needs it.
  return setInterval(() => void look().catch(() => {}), LOOK_MS).unref()
}

import { type Prior, SPEED_ROOT, TTFT_ROOT, unlistedPrior } from './beliefs.ts'
import type { PriorSource } from './prior.ts'

/** What follows from others using the peers and not this endpoint; undefined when nobody can tell. */
export function priorOfUnlisted(
  source: PriorSource | undefined,
  endpoint: string,
  workloadClass: string,
  peers: readonly string[],
  part: 'ttft' | 'total' | 'speed',
): Prior | undefined {
  if (!source?.isPassedOver?.(endpoint, workloadClass)) return undefined
  const peerLogMeans = peers.flatMap((peer) =>
    peer === endpoint ? [] : (source.find(peer, workloadClass)?.[part]?.mean ?? []),
  )
  return part === 'speed' ? unlistedPrior(peerLogMeans, 1, SPEED_ROOT) : unlistedPrior(peerLogMeans, -1, TTFT_ROOT)
}

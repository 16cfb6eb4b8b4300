import { join } from 'node:path'
import type { Config } from '../../config/types.ts'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import type { Hub } from '../../hub/hub.ts'
import { type RunningProber, startProber } from './start-prober.ts'

/** A hub that measures endpoints itself. */
export interface HubProber {
  readonly running: RunningProber
  close(): Promise<void>
}

/** How often members' complaints are looked for. */
const LOOK_MS = 5_000

/** @throws RouterError as `startProber` */
export async function startHubProber(hub: Hub, config: Config, hubDirectory: string): Promise<HubProber> {
  const running = await startProber(config, {
    directory: join(hubDirectory, 'probes'),
    log: hub.log,
    deliver: ({ seq, results }, { continent, place }) => hub.takeProbes({ seq, results, continent, place }),
    refusalOf: () => undefined,
  })
  const look = async () => {
    const suspects = new Set((await hub.suspects()).map(keyOf))
    if (suspects.size > 0) running.hurry(({ name }) => suspects.has(keyOf(name)))
  }
  // A database that is away is said by who needs it.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS).unref()
  return {
    running,
    close: () => {
      clearInterval(timer)
      return running.close()
    },
  }
}

const keyOf = ({ provider, model, region }: PublicEndpoint): string => `${provider}\n${model}\n${region}`

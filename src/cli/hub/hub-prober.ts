import { join } from 'node:path'
import type { Config } from '../../config/types.ts'
import type { Hub } from '../../hub/hub.ts'
import { lookForSuspects } from './look-for-suspects.ts'
import { type RunningProber, startProber } from './start-prober.ts'

/** A hub that measures endpoints itself. */
export interface HubProber {
  readonly running: RunningProber
  close(): Promise<void>
}

/** @throws RouterError as `startProber` */
export async function startHubProber(hub: Hub, config: Config, hubDirectory: string): Promise<HubProber> {
  const running = await startProber(config, {
    directory: join(hubDirectory, 'probes'),
    log: hub.log,
    deliver: ({ seq, results }, { continent, place }) => hub.takeProbes({ seq, results, continent, place }),
    refusalOf: () => undefined,
  })
  const timer = lookForSuspects(running, () => hub.suspects())
  return {
    running,
    close: () => {
      clearInterval(timer)
      return running.close()
    },
  }
}

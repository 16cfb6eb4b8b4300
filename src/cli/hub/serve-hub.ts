import { resolve } from 'node:path'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { isLoopback } from '../../base/loopback.ts'
import { parseDuration } from '../../base/units.ts'
import { loadConfig } from '../../config/load.ts'
import { Hub } from '../../hub/hub.ts'
import type { HubPlace } from '../../hub/operator/connect.ts'
import type { Screen } from '../../terminal/colour.ts'
import { hubBanner } from '../../terminal/views/hub-banner.ts'
import { probesView } from '../../terminal/views/probes.ts'
import { type AboutFlags, aboutFrom } from './about-flags.ts'
import { hubFacts } from './hub-facts.ts'
import { type HubProber, startHubProber } from './hub-prober.ts'

export interface ServeHubOptions extends AboutFlags {
  readonly place: HubPlace
  readonly host: string
  readonly port: number
  readonly name?: string | undefined
  readonly 'public-url'?: string | undefined
  /** As a duration, such as `2m`. */
  readonly epoch?: string | undefined
  readonly k?: number | undefined
  readonly private?: boolean | undefined
  readonly 'open-enrolment'?: boolean | undefined
  readonly publish?: string | undefined
  /** A configuration with a section `probes`. */
  readonly probes?: string | undefined
  readonly 'metrics-key'?: string | undefined
  readonly 'trust-proxy'?: string[] | undefined
  readonly print: (text: string) => void
  readonly screen: Screen
}

/** Runs a hub until a signal ends it. Throws RouterError when it cannot start. */
export async function serveHub(options: ServeHubOptions): Promise<void> {
  const { place, host, port, print, screen } = options
  // Before anything is begun: what is wrong with the file is said at once.
  const probed = options.probes === undefined ? undefined : loadConfig(resolve(options.probes))
  const settings = {
    name: options.name,
    url: urlOf(options['public-url']),
    epochSeconds: options.epoch === undefined ? undefined : secondsOf('--epoch', options.epoch),
    k: options.k,
    private: options.private,
    openEnrolment: options['open-enrolment'],
    about: aboutFrom(options),
  }
  const { 'metrics-key': metricsKey, 'trust-proxy': trustProxy } = options
  const hub = await Hub.create({
    ...place,
    settings,
    facts: await hubFacts(),
    ...(options.publish !== undefined && { publish: resolve(options.publish) }),
    ...(metricsKey && { metricsKey }),
    ...(trustProxy && { trustProxy }),
  })
  let url: string
  let prober: HubProber | undefined
  try {
    prober = probed && (await startHubProber(hub, probed, place.directory))
    url = await hub.listen(host, port)
  } catch (error) {
    await prober?.close()
    await hub.close()
    throw error
  }
  process.on('unhandledRejection', (error) =>
    hub.log.error({ reason: reasonOf(error) }, 'Something failed and nobody waited for it'),
  )
  const end = ended(hub, prober)
  print(
    hubBanner(
      { url, place, settings: hub.settings, isPublic: !isLoopback(host), isProbing: prober !== undefined },
      screen,
    ),
  )
  if (prober) print(`\n${probesView({ prober: prober.running }, screen)}`)
  await end
}

/** Seconds of a duration given on the command line. @throws RouterError ROUTER_USAGE */
export function secondsOf(flag: string, text: string): number {
  const ms = parseDuration(text)
  if (ms === undefined || ms <= 0)
    throw new RouterError('ROUTER_USAGE', { reason: `${flag} ${text} is no duration, such as 30s, 2m, 1h or 7d.` })
  return ms / 1000
}

function urlOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username || url.search || url.hash) {
    throw new RouterError('ROUTER_USAGE', {
      reason: `--public-url ${text} is no URL, such as https://hub.example.com.`,
    })
  }
  return url.href.replace(/\/+$/, '')
}

/** Resolves when a signal came and everything is closed. A second signal ends the process at once. */
function ended(hub: Hub, prober: HubProber | undefined): Promise<void> {
  return new Promise((done, reject) => {
    let stopping = false
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
      stopping = true
      hub.log.info({ signal }, 'Shutting down; a second signal ends it at once')
      Promise.resolve(prober?.close())
        .then(() => hub.close())
        .then(done, reject)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

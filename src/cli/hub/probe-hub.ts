import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { RouterError } from '../../base/errors.ts'
import { loadConfig } from '../../config/load.ts'
import { HubClient } from '../../federation/member/membership/hub-client.ts'
import { refusalOf } from '../../federation/member/membership/hub-http.ts'
import { type Membership, readMembership } from '../../federation/member/membership/identity.ts'
import { askHub, enrol, hubAddress } from '../../federation/member/membership/join.ts'
import { seal } from '../../federation/protocol/signed.ts'
import type { ProbeResults } from '../../federation/protocol/types.ts'
import { versionOf } from '../../federation/protocol/version.ts'
import type { ProberLog } from '../../prober/prober.ts'
import type { Screen } from '../../terminal/colour.ts'
import { probesView } from '../../terminal/views/probes.ts'
import { lookForSuspects } from './look-for-suspects.ts'
import { type Refusal, startProber } from './start-prober.ts'

export interface ProbeHubOptions {
  readonly hub: string
  readonly config: string
  readonly invite?: string | undefined
  readonly directory: string
  readonly insecure: boolean
  readonly log: ProberLog
  readonly print: (text: string) => void
  readonly screen: Screen
}

/** What the hub will say of the same results tomorrow, too, and what it says of whoever it does not want. */
const REFUSALS: Readonly<Partial<Record<string, Refusal>>> = {
  invalid: 'lost',
  epoch_too_old: 'lost',
  too_large: 'lost',
  bad_json: 'lost',
  suspended: 'unwelcome',
  unknown_member: 'unwelcome',
  wrong_role: 'unwelcome',
}

/** Measures endpoints for a hub elsewhere until a signal ends it. @throws RouterError when it cannot start */
export async function probeHub(options: ProbeHubOptions): Promise<void> {
  const { log, print, screen } = options
  const config = loadConfig(resolve(options.config))
  const address = hubAddress(options.hub, options.insecure)
  const directory = resolve(options.directory)
  const client = new HubClient(address)
  try {
    const membership = await takePart(client, address, directory, options.invite, config.probes?.continent ?? '-')
    const prober = await startProber(config, {
      directory,
      log,
      deliver: async ({ seq, results }, { continent, place }) => {
        const document: ProbeResults = { type: 'probes', v: versionOf(1), seq, continent, place, results }
        await client.probes(gzipSync(seal(document, membership.key)))
      },
      refusalOf: (error) => REFUSALS[refusalOf(error) ?? ''],
    })
    const timer = lookForSuspects(prober, () => client.suspects(membership.key, Date.now()))
    print(probesView({ hub: address, prober }, screen))
    await signalled()
    clearInterval(timer)
    await prober.close()
  } finally {
    await client.close()
  }
}

/** The identity of this prober, made with an invite at the first start. */
async function takePart(
  client: HubClient,
  hub: string,
  directory: string,
  invite: string | undefined,
  continent: Membership['continent'],
): Promise<Membership> {
  const known = readMembership(directory)
  if (known && known.hub === hub) return known
  if (known)
    throw new RouterError('ROUTER_HUB_PROBES', {
      reason: `${directory} belongs to a prober of ${known.hub}. Give this one a --directory of its own`,
    })
  if (invite === undefined)
    throw new RouterError('ROUTER_HUB_PROBES', {
      reason: `this prober is not known to ${hub} yet. On the hub's machine: router hub invite --role prober; then add --invite CODE once`,
    })
  const offer = await askHub(client, hub, { code: invite })
  requireMinor(offer.info.v, hub)
  return enrol(client, directory, offer, { noise: false, continent }, Date.now())
}

function requireMinor(version: string, hub: string): void {
  const minor = Number(version.split('.')[1])
  if (minor >= 1) return
  throw new RouterError('ROUTER_HUB_PROBES', {
    reason: `${hub} speaks version ${version} of the protocol and takes no probes: it has to be upgraded first`,
  })
}

/** Resolves at the first SIGINT or SIGTERM; a second one ends the process at once. */
function signalled(): Promise<void> {
  return new Promise((resolve) => {
    // Timers of the prober let the process end.
    const alive = setInterval(() => {}, 60_000)
    let stopping = false
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
      stopping = true
      clearInterval(alive)
      resolve()
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

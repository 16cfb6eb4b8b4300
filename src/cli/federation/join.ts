import { createInterface } from 'node:readline/promises'
import { RouterError } from '../../base/errors.ts'
import { makeStateDirectory } from '../../config/find.ts'
import type { Config } from '../../config/types.ts'
import { HubClient } from '../../federation/member/membership/hub-client.ts'
import { readMembership } from '../../federation/member/membership/identity.ts'
import { askHub, enrol, hubAddress, inviteOf, type Offer } from '../../federation/member/membership/join.ts'
import { WHY } from '../../federation/member/report/preview.ts'
import { PublicNames } from '../../federation/member/report/public-name.ts'
import { fingerprint } from '../../federation/protocol/keys.ts'
import type { Continent } from '../../federation/protocol/words.ts'
import type { Screen } from '../../terminal/colour.ts'
import { type NamedEndpoint, termsView } from '../../terminal/views/federation.ts'
import { federationFolder, reportSettings } from './membership.ts'

interface JoinFlags {
  readonly invite?: string | undefined
  /** Fingerprint of the hub's key. */
  readonly key?: string | undefined
  readonly continent: Continent
  readonly yes: boolean
  /** Undefined: as the hub's kind has it. */
  readonly noise: boolean | undefined
  readonly insecure: boolean
}

interface Output {
  readonly print: (text: string) => void
  readonly screen: Screen
}

/** Runs `router federation join`. @throws RouterError ROUTER_USAGE, ROUTER_FEDERATION_* */
export async function joinCommand(
  config: Config,
  address: string,
  flags: JoinFlags,
  { print, screen }: Output,
): Promise<object> {
  const hub = hubAddress(address, flags.insecure)
  if (flags.invite !== undefined) inviteOf(flags.invite)
  else if (flags.yes && flags.key === undefined)
    throw new RouterError('ROUTER_USAGE', {
      reason: 'Without an invite, --yes needs --key FINGERPRINT: which hub it is must be known from elsewhere.',
    })
  const directory = federationFolder(config)
  const member = readMembership(directory)
  if (member && member.hub !== hub) throw new RouterError('ROUTER_FEDERATION_JOINED', { hub: member.hub })
  if (member) {
    print(`This router has joined ${hub} already, as ${member.member}.`)
    return { joined: true, already: true, hub, member: member.member }
  }
  const wanted = config.federation.hub
  if (wanted !== undefined && wanted !== hub) {
    throw new RouterError('ROUTER_USAGE', {
      reason: `The configuration names the hub ${wanted} (federation.hub). Change it first, or join that one.`,
    })
  }
  const client = new HubClient(hub)
  try {
    const offer = await askHub(client, hub, { code: flags.invite, key: flags.key })
    const { private: isPrivate = false } = offer.info
    const noise = flags.noise ?? !isPrivate
    const settings = reportSettings(config, { ...flags, noise, private: isPrivate })
    const endpoints = namedEndpoints(config)
    print(termsView({ hub, info: offer.info, settings, share: config.federation.share, endpoints }, screen))
    await agree(flags.yes, questionOf(offer, flags.key))
    if (offer.code === undefined) print('Working to be let in: some seconds.')
    makeStateDirectory(config)
    const { member: id } = await enrol(client, directory, offer, { noise, continent: settings.continent }, Date.now())
    print(`Joined as ${id}. A running router takes part within seconds; what it will send: router federation preview`)
    if (!config.federation.enabled)
      print('The configuration says "federation.enabled: false": nothing happens before that is changed.')
    const { epoch_seconds, k } = offer.info
    const agreed = { epoch_seconds, k, ...(isPrivate && { private: true }) }
    return { joined: true, already: false, hub, member: id, ...agreed }
  } finally {
    await client.close()
  }
}

/**
 * Every configured endpoint, with its public name or why it has none; then each public provider as a whole, since
 * clients may ask for any of its models by name.
 */
function namedEndpoints(config: Config): NamedEndpoint[] {
  const names = new PublicNames(config)
  const ids = [...config.models.values()].flatMap(({ endpoints }) =>
    endpoints.map(({ provider, model, region }) => `${provider}/${model}${region === undefined ? '' : `@${region}`}`),
  )
  const endpoints = [...new Set(ids)].map((id): NamedEndpoint => {
    const name = names.of(id)
    if ('reason' in name) return { id, why: WHY[name.reason] }
    const { provider, model, region } = name.endpoint
    return { id, name: `${provider}/${model}${region === '-' ? '' : `@${region}`}` }
  })
  const whole = [...config.providers.keys()].flatMap((id): NamedEndpoint[] => {
    const service = names.serviceOf(id)
    return service === undefined ? [] : [{ id: `${id}/*`, name: `${service}/*: what the public catalogue knows of it` }]
  })
  return [...endpoints, ...whole]
}

function questionOf({ code, info }: Offer, key: string | undefined): string {
  if (code === undefined && key === undefined)
    return `Nobody introduced this hub. Its key is ${fingerprint(info.key)}: is that what its operator publishes? Join? [y/N] `
  return info.private ? 'Join this private hub? [y/N] ' : 'Join? [y/N] '
}

async function agree(yes: boolean, question: string): Promise<void> {
  if (yes) return
  if (!process.stdin.isTTY)
    throw new RouterError('ROUTER_USAGE', {
      reason: 'There is no terminal to ask on. Add --yes to agree to the above.',
    })
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(question)
    if (!/^y(es)?$/i.test(answer.trim()))
      throw new RouterError('ROUTER_USAGE', { reason: 'Not joined, and nothing was sent.' })
  } finally {
    terminal.close()
  }
}

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { lockFile } from '../../base/lock-file.ts'
import type { Config, OpenMapConfig } from '../../config/types.ts'
import type { PriorSource } from '../../outcomes/beliefs/prior.ts'
import type { Opinion } from '../../outcomes/quality/opinion.ts'
import type { Outcome } from '../../outcomes/types.ts'
import type { PublicEndpoint } from '../protocol/types.ts'
import { federationDirectory } from './federation-directory.ts'
import type { EndpointChange } from './incidents/alarms.ts'
import { type Membership, membershipFile, readMembership } from './membership/identity.ts'
import { federationMetrics } from './metrics.ts'
import { openDirectory } from './open/open-map.ts'
import type { HubSession, SessionHost, SessionLog } from './session-host.ts'

export interface AgentOptions {
  readonly stateDirectory: string
  readonly config: Config
  /** Whose prior it sets, and sets back. */
  readonly book: { prior: PriorSource | undefined }
  /** What a public model is called over all providers. */
  readonly canonicalOf: (endpoint: PublicEndpoint) => string
  readonly log: SessionLog
  /** Ids of the endpoints of each model that clients are offered, those of the configuration first. */
  readonly models: () => Iterable<readonly string[]>
  /** Whether an endpoint is left out at this moment. */
  readonly isEjected: (endpoint: string) => boolean
  readonly now?: () => number
  readonly random?: () => number
}

/** How often the session goes on, and a membership made or ended by another process is looked for. */
const TICK_MS = 1_000

/**
 * The member inside `router serve`. It notices when the router joins or leaves a hub, runs the membership in one
 * process of a state folder at a time, uses a map without one where the configuration names it, and keeps whatever goes
 * wrong to itself: no method throws, no timer keeps the process alive, and a request waits for nothing of it.
 */
export class FederationAgent {
  readonly #options: AgentOptions
  readonly #directory: string
  readonly #filePrior: PriorSource | undefined
  readonly #now: () => number
  #config: Config
  #session: HubSession | undefined
  #unlock: (() => void) | undefined
  #timer: NodeJS.Timeout | undefined
  /** What member.json looked like when it was read last; undefined: look again. */
  #seen: string | undefined
  /** Changes of membership, one after the other. */
  #changing: Promise<void> = Promise.resolve()
  #warned = ''
  #closed = false

  constructor(options: AgentOptions) {
    this.#options = options
    this.#config = options.config
    this.#now = options.now ?? Date.now
    this.#directory = federationDirectory(options.stateDirectory)
    this.#filePrior = options.book.prior
  }

  /**
   * Takes up the membership, if there is one, and looks for one from time to time. Settles when the first look is done;
   * never rejects.
   */
  start(): Promise<void> {
    this.#timer = setInterval(() => this.#tick(), TICK_MS)
    this.#timer.unref()
    this.#look()
    return this.#changing
  }

  learn(outcome: Outcome): void {
    this.#session?.learn(outcome)
  }

  /** What somebody found of an answer, and what it replaces. */
  learnQuality(opinion: Opinion, before: Opinion | undefined): void {
    this.#session?.learnQuality(opinion, before)
  }

  healthChanged(change: EndpointChange): void {
    this.#session?.healthChanged(change)
  }

  /** Takes on another configuration: the membership is taken up anew when it changes something for it. */
  reconfigure(config: Config): void {
    const before = this.#config
    this.#config = config
    if (relevant(before) !== relevant(config)) this.#seen = undefined
    this.#look()
  }

  /** In Prometheus' text format. */
  metrics(): string {
    return federationMetrics(this.#session, this.#now())
  }

  /** Saves and lets go. Waits for nothing of the hub. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#changing
    await this.#end()
  }

  #tick(): void {
    this.#look()
    this.#session?.tick()
  }

  #look(): void {
    this.#changing = this.#changing.then(() => this.#settle()).catch((error) => this.#warnOnce(reasonOf(error)))
  }

  /** Brings what runs in line with what is on disk and in the configuration. */
  async #settle(): Promise<void> {
    if (this.#closed) return
    const seen = look(membershipFile(this.#directory))
    if (seen === this.#seen) return
    const wasMember = this.#unlock !== undefined
    await this.#end()
    // What it wrote after the membership had been ended.
    if (wasMember && seen === '') {
      const { removeLeftovers } = await import('./membership/leave.ts')
      removeLeftovers(this.#directory)
    }
    const { enabled, map } = this.#config.federation
    const membership = enabled && seen !== '' ? readMembership(this.#directory) : undefined
    // Set before anything below can fail: the same file is not read again. A lock that is held is tried again.
    this.#seen = seen
    if (membership) {
      if (this.#mayRun(membership)) await this.#begin(membership)
    } else if (enabled && map) await this.#useOpenMap(map)
  }

  #mayRun({ hub }: Membership): boolean {
    const wanted = this.#config.federation.hub
    if (wanted !== undefined && wanted !== hub) {
      this.#warnOnce(
        `the configuration names the hub ${wanted}, and this router has joined ${hub}: run "router federation leave", then join the other one`,
      )
      return false
    }
    try {
      this.#unlock = lockFile(join(this.#directory, 'agent'))
      return true
    } catch (error) {
      if (!(error instanceof RouterError) || error.code !== 'ROUTER_STATE_LOCKED') throw error
      this.#seen = undefined
      this.#warnOnce(`process ${error.details.pid} does it for this state folder`)
      return false
    }
  }

  async #begin(membership: Membership): Promise<void> {
    const { book, log } = this.#options
    try {
      // Most routers are no members: they load none of it.
      const { MemberSession } = await import('./session.ts')
      const session = await MemberSession.open(this.#directory, membership, await this.#host())
      this.#session = session
      book.prior = session.prior
      this.#warned = ''
      log.info(
        { hub: membership.hub, member: membership.member, share: this.#config.federation.share },
        'Member of a hub',
      )
    } catch (error) {
      this.#release()
      throw error
    }
  }

  async #useOpenMap(map: OpenMapConfig): Promise<void> {
    const { OpenSession } = await import('./open/open-session.ts')
    const session = new OpenSession(openDirectory(this.#directory), map, await this.#host())
    this.#session = session
    this.#options.book.prior = session.prior
    this.#warned = ''
    this.#options.log.info({ from: session.hub }, 'A map is used without joining its hub; nothing is sent')
  }

  async #host(): Promise<SessionHost> {
    const { log, models, canonicalOf, isEjected, random = Math.random } = this.#options
    const { PublicNames } = await import('./report/public-name.ts')
    return {
      log,
      names: new PublicNames(this.#config),
      canonicalOf,
      settings: this.#config.federation,
      models,
      isEjected,
      filePrior: this.#filePrior,
      now: this.#now,
      random,
    }
  }

  async #end(): Promise<void> {
    const session = this.#session
    this.#session = undefined
    if (session) {
      this.#options.book.prior = this.#filePrior
      // Who has left wants nothing written any more.
      await session.close(!this.#unlock || look(membershipFile(this.#directory)) !== '')
      this.#options.log.info({ hub: session.hub }, 'No longer at work for the hub')
    }
    this.#release()
  }

  #release(): void {
    this.#unlock?.()
    this.#unlock = undefined
  }

  /** Once, not at every look. */
  #warnOnce(reason: string): void {
    if (reason !== this.#warned)
      this.#options.log.warn({ reason }, 'The membership of a hub is not at work in this process')
    this.#warned = reason
  }
}

/** What of the configuration a session is made from. */
const relevant = ({ federation, providers }: Config) =>
  JSON.stringify([federation, [...providers.values()].map(({ id, plugin, options }) => [id, plugin, options])])

/** Changes whenever the file is written anew; empty when it is not there. */
function look(path: string): string {
  const file = statSync(path, { throwIfNoEntry: false })
  return file ? `${file.ino} ${file.mtimeMs} ${file.size}` : ''
}

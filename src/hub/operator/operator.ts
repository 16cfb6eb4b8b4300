import { RouterError, reasonOf } from '../../base/errors.ts'
import { fingerprint } from '../../federation/protocol/keys.ts'
import { writeBackup } from '../database/backup.ts'
import type { RowCounts } from '../database/backup-format.ts'
import type { HubStore } from '../database/open.ts'
import {
  createInvites,
  type InviteOptions,
  type InviteSummary,
  listInvites,
  revokeInvite,
} from '../enrolment/invites.ts'
import { listMembers, type MemberSummary, setSuspended, setTrust } from '../enrolment/members.ts'
import { type HubFacts, NO_FACTS } from '../facts/facts.ts'
import { createPage } from '../page/create-page.ts'
import { type PublishedFacts, Publisher } from '../publish/publisher.ts'
import { type RotatedKey, rotateKey } from '../rotate-key.ts'
import { readKeyOf, readSettings, renewReadKey } from '../settings.ts'

export interface Invited {
  readonly codes: readonly string[]
  /** Where members reach the hub; undefined before it was ever started. */
  readonly url: string | undefined
  /** Nobody said where members reach it: it is where a process listens. */
  readonly isGuessed: boolean
}

/** What the operator of a hub may do to it. */
export class HubOperator {
  readonly #store: HubStore
  readonly #facts: HubFacts

  constructor(store: HubStore, facts: HubFacts = NO_FACTS) {
    this.#store = store
    this.#facts = facts
  }

  /** @throws RouterError ROUTER_HUB_NO_HUB */
  async invite(options: InviteOptions): Promise<Invited> {
    const settings = await readSettings(this.#store.db)
    if (!settings) throw new RouterError('ROUTER_HUB_NO_HUB')
    // Whoever is let into a private hub is known.
    const wanted = { ...options, vouched: options.vouched || settings.private }
    return {
      codes: await createInvites(this.#store.db, fingerprint(settings.key.publicKey), wanted, now()),
      url: settings.url ?? settings.address,
      isGuessed: settings.url === undefined,
    }
  }

  invites(): Promise<InviteSummary[]> {
    return listInvites(this.#store.db)
  }

  /** @throws RouterError ROUTER_HUB_NO_INVITE */
  revoke(invite: string): Promise<void> {
    return revokeInvite(this.#store.db, invite)
  }

  async members(): Promise<MemberSummary[]> {
    const settings = await readSettings(this.#store.db)
    return listMembers(this.#store.db, now(), settings?.epochSeconds)
  }

  /** @throws RouterError ROUTER_HUB_NO_MEMBER */
  async trust(member: string, trust: number | null): Promise<void> {
    const settings = await readSettings(this.#store.db)
    return setTrust(this.#store.db, member, trust, { alone: settings?.private ?? false })
  }

  /** @throws RouterError ROUTER_HUB_NO_MEMBER */
  suspend(member: string): Promise<void> {
    return setSuspended(this.#store.db, member, true)
  }

  /** @throws RouterError ROUTER_HUB_NO_MEMBER */
  resume(member: string): Promise<void> {
    return setSuspended(this.#store.db, member, false)
  }

  /**
   * The read key; with `renew` another in its place, and the one before opens nothing within a second.
   * @throws RouterError ROUTER_HUB_NOT_PRIVATE
   */
  async readKey(renew: boolean): Promise<string> {
    const key = renew ? await renewReadKey(this.#store.db) : await readKeyOf(this.#store.db)
    if (key === undefined) throw new RouterError('ROUTER_HUB_NOT_PRIVATE')
    return key
  }

  /** @throws RouterError ROUTER_HUB_NO_HUB */
  rotateKey(): Promise<RotatedKey> {
    return rotateKey(this.#store, now())
  }

  /**
   * Writes the read side as files into a folder, an absolute path.
   * @throws RouterError ROUTER_HUB_NO_HUB, ROUTER_HUB_PUBLISH
   */
  async publish(directory: string): Promise<PublishedFacts> {
    const settings = await readSettings(this.#store.db)
    if (!settings) throw new RouterError('ROUTER_HUB_NO_HUB')
    const page = await createPage()
    const options = { store: this.#store, settings, facts: this.#facts, page, directory, incidents: false }
    try {
      return (await new Publisher(options).refresh())!
    } catch (error) {
      throw new RouterError('ROUTER_HUB_PUBLISH', { directory, reason: reasonOf(error) }, { cause: error })
    }
  }

  /** `path` is absolute. @throws RouterError ROUTER_HUB_BACKUP */
  backup(path: string): Promise<RowCounts> {
    return writeBackup(this.#store, path, now())
  }
}

/** As far as a client goes. */
export type Operator = Pick<HubOperator, (typeof OPERATIONS)[number]>

export const OPERATIONS = [
  'invite',
  'invites',
  'revoke',
  'members',
  'trust',
  'suspend',
  'resume',
  'readKey',
  'rotateKey',
  'publish',
  'backup',
] as const

const now = (): number => Date.now() / 1000

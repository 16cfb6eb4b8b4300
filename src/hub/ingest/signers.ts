import type { KeyObject } from 'node:crypto'
import type { Kysely } from 'kysely'
import { BoundedMap } from '../../base/bounded-map.ts'
import { fingerprint, importPublicKey } from '../../federation/protocol/keys.ts'
import { ProtocolProblem } from '../../federation/protocol/problem.ts'
import { unseal, verifySealed } from '../../federation/protocol/signed.ts'
import type { Role } from '../../federation/protocol/words.ts'
import type { HubDatabase } from '../database/schema.ts'

/** Keys held ready, about 1 KB each. A key costs 0.1 ms to import. */
const MAX_SIGNERS = 20_000

interface Signer {
  readonly id: string
  readonly key: KeyObject
  /** What it was enrolled as when last looked at: spares a query, decides nothing (what is written checks it again). */
  role: Role | undefined
}

/** A document whose signature holds. The schema is still to be checked. */
export interface Opened {
  /** Fingerprint of the key. */
  readonly member: string
  /** Raw, base64url. */
  readonly publicKey: string
  readonly document: unknown
  /** The bytes that were signed. */
  readonly payload: Buffer
}

/** Who signed what. */
export class Signers {
  readonly #db: Kysely<HubDatabase>
  readonly #signers = new BoundedMap<string, Signer>(MAX_SIGNERS)

  constructor(db: Kysely<HubDatabase>) {
    this.#db = db
  }

  /** @throws ProtocolProblem not_signed, bad_signature, bad_json */
  open(type: string, bytes: Buffer): Opened {
    const sealed = unseal(bytes)
    const signer = this.#signer(sealed.key)
    const document = verifySealed(type, sealed, signer.key)
    this.#signers.set(sealed.key, signer)
    return { member: signer.id, publicKey: sealed.key, document, payload: sealed.payload }
  }

  /**
   * Refuses whoever is not enrolled as `role`, before its document costs more.
   * @throws ProtocolProblem unknown_member, suspended, wrong_role
   */
  async requireActive(opened: Opened, role: Role = 'member'): Promise<void> {
    const signer = this.#signers.get(opened.publicKey)
    if (signer?.role !== undefined) return requireRole(signer.role, role)
    await this.requireActiveNow(opened, role)
  }

  /** The same by what the database says at this moment, for what nobody looks at again. */
  async requireActiveNow({ member, publicKey }: Opened, role: Role = 'member'): Promise<void> {
    const row = await this.#db
      .selectFrom('members')
      .select(['status', 'role'])
      .where('id', '=', member)
      .executeTakeFirst()
    requireStatus(row?.status)
    const signer = this.#signers.get(publicKey)
    if (signer) signer.role = row!.role
    requireRole(row!.role, role)
  }

  /** A member's status turned out to be another than it was. */
  forget(publicKey: string): void {
    this.#signers.delete(publicKey)
  }

  #signer(publicKey: string): Signer {
    const known = this.#signers.get(publicKey)
    if (known) return known
    try {
      return { id: fingerprint(publicKey), key: importPublicKey(publicKey), role: undefined }
    } catch {
      throw new ProtocolProblem('bad_signature', 'The key is not an Ed25519 public key.')
    }
  }
}

/** @throws ProtocolProblem unknown_member, suspended */
export function requireStatus(status: string | undefined): void {
  if (status === 'active') return
  if (status === 'suspended') throw new ProtocolProblem('suspended', 'The operator of this hub suspended this member.')
  throw new ProtocolProblem('unknown_member', 'This key is not enrolled at this hub, or left it: join with an invite.')
}

function requireRole(is: Role, wanted: Role): void {
  if (is === wanted) return
  throw new ProtocolProblem('wrong_role', `This key is enrolled as a ${is}, and this is for a ${wanted}.`)
}

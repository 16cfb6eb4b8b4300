import { type Kysely, sql, type Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import type { Allowance } from './allowance.ts'
import { type Contribution, isEmpty } from './contribution.ts'
import { decodeContributions, encodeContributions, type LeafPool } from './contribution-codec.ts'
import type { MemberTable } from './member-table.ts'
import type { Terms } from './memory.ts'
import type { ProviderIntake } from './packed-intake.ts'
import { Partition } from './partition.ts'
import { remembered, withNews } from './remember.ts'

/** Rows read and written in one statement. */
const BATCH = 250

/** A member's row of `contributions`, as of the epoch that is aggregated. */
export interface MemberRow {
  readonly member: string
  readonly contributions: Contribution[]
  /** What came since, by leaf. */
  readonly news: ReadonlyMap<string, Contribution> | undefined
  /** Whether the row in the database says more or less than it does after fading, which is known. */
  readonly isChanged: boolean
}

/**
 * All that members contributed to a provider, faded to this epoch, with what came since; of each member what is
 * allowed, the newest. Some members at a time, in the order of their ids.
 */
export async function* readRows(
  trx: Transaction<HubDatabase>,
  provider: string,
  came: ProviderIntake,
  terms: Terms,
  allowance: Allowance,
): AsyncGenerator<MemberRow[]> {
  const known = await membersOf(trx, provider)
  const pool: LeafPool = new Map()
  // Sorted here: the database may order by other rules.
  const ids = [...new Set([...known, ...came.members])].sort()
  for (let at = 0; at < ids.length; at += BATCH) {
    const some = ids.slice(at, at + BATCH)
    const stored = await readStates(trx, provider, some)
    yield some.map((member) => {
      const row = stored.get(member)
      const decoded = row ? decodeContributions(row.state, pool) : []
      const size = sizeOf(decoded)
      const news = came.take(member)
      const left = row ? remembered(decoded, row.epoch, terms) : []
      const isFaded = sizeOf(left) !== size
      const all = withNews(left, news)
      const granted = allowance.take(member, provider, all.length)
      const isCut = granted < all.length
      const contributions = isCut ? all.sort((a, b) => b.last - a.last).slice(0, granted) : all
      return { member, contributions, news, isChanged: news !== undefined || isFaded || isCut }
    })
  }
}

/** All that members of `table` with some trust contributed to a provider, as stored. */
export async function readPartition(db: Kysely<HubDatabase>, provider: string, table: MemberTable): Promise<Partition> {
  const ids = (await membersOf(db, provider)).filter((id) => table.trust[table.numberOf(id) ?? -1]! > 0).sort()
  const partition = new Partition(ids.length)
  const pool: LeafPool = new Map()
  for (let at = 0; at < ids.length; at += BATCH) {
    const some = ids.slice(at, at + BATCH)
    const stored = await readStates(db, provider, some)
    for (const id of some) {
      const row = stored.get(id)
      if (row) partition.add(table.numberOf(id)!, decodeContributions(row.state, pool))
    }
  }
  return partition
}

/** Members that contributed something to a provider. */
async function membersOf(db: Kysely<HubDatabase>, provider: string): Promise<string[]> {
  const rows = await db.selectFrom('contributions').select('member').where('provider', '=', provider).execute()
  return rows.map(({ member }) => member)
}

/** Rows of some members, by member. */
async function readStates(db: Kysely<HubDatabase>, provider: string, members: readonly string[]) {
  const rows = await db
    .selectFrom('contributions')
    .select(['member', 'epoch', 'state'])
    .where('provider', '=', provider)
    .where('member', 'in', members)
    .execute()
  return new Map(rows.map((row) => [row.member, row]))
}

/** Writes rows of a provider, `BATCH` at a time. */
export class RowWriter {
  readonly #trx: Transaction<HubDatabase>
  readonly #provider: string
  readonly #epoch: number
  #gone: string[] = []
  #waiting: { readonly member: string; readonly state: Buffer }[] = []

  constructor(trx: Transaction<HubDatabase>, provider: string, { epoch }: Terms) {
    this.#trx = trx
    this.#provider = provider
    this.#epoch = epoch
  }

  async write(member: string, contributions: readonly Contribution[]): Promise<void> {
    const own = contributions.filter((contribution) => !isEmpty(contribution))
    if (own.length === 0) this.#gone.push(member)
    else this.#waiting.push({ member, state: encodeContributions(own) })
    if (this.#waiting.length >= BATCH || this.#gone.length >= BATCH) await this.flush()
  }

  /**
   * Members who left or were suspended meanwhile get nothing: their rows are held, as forgetting them holds them.
   */
  async flush(): Promise<void> {
    const [gone, rows] = [this.#gone, this.#waiting]
    this.#gone = []
    this.#waiting = []
    if (gone.length > 0)
      await this.#trx
        .deleteFrom('contributions')
        .where('provider', '=', this.#provider)
        .where('member', 'in', gone)
        .execute()
    if (rows.length === 0) return
    const values = rows.map(({ member, state }) => sql`(${member}::text, ${state}::bytea)`)
    await sql`
      with incoming (member, state) as (values ${sql.join(values)}),
      present as (select incoming.* from incoming join members on members.id = incoming.member and members.status = 'active' for key share of members)
      insert into contributions (member, provider, epoch, state) select member, ${this.#provider}::text, ${this.#epoch}::integer, state from present
      on conflict (provider, member) do update set epoch = excluded.epoch, state = excluded.state`.execute(this.#trx)
  }
}

/** How many leaves and sums there are: fading only makes them fewer. */
const sizeOf = (contributions: readonly Contribution[]): number =>
  contributions.reduce((all, { base, pending }) => all + 1 + counted(base) + counted(pending), 0)

const counted = (sums: Contribution['base']): number => sums.reduce((count, own) => (own ? count + 1 : count), 0)

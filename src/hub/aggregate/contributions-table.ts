import { sql, type Transaction } from 'kysely'
import type { HubDatabase } from '../database/schema.ts'
import type { Allowance } from './allowance.ts'
import { type Contribution, isEmpty, leafKey } from './contribution.ts'
import { decodeContributions, encodeContributions, type LeafPool } from './contribution-codec.ts'
import type { Terms } from './memory.ts'
import { remembered, withNews } from './remember.ts'

/** Rows written in one statement. */
const BATCH = 200

/** A row of `contributions`, as of the epoch that is aggregated. */
export interface MemberRow {
  readonly member: string
  contributions: Contribution[]
  /** What the row in the database says; undefined: it is to be written in any case. */
  readonly shape: string | undefined
}

/**
 * All that members contributed to a provider, faded to this epoch, with what came since; of each member what is
 * allowed, the newest.
 */
export async function readRows(
  trx: Transaction<HubDatabase>,
  provider: string,
  came: ReadonlyMap<string, ReadonlyMap<string, Contribution>>,
  terms: Terms,
  allowance: Allowance,
): Promise<MemberRow[]> {
  const stored = await trx
    .selectFrom('contributions')
    .select(['member', 'epoch', 'state'])
    .where('provider', '=', provider)
    .execute()
  const pool: LeafPool = new Map()
  const rows = stored.map(({ member, epoch, state }): MemberRow => {
    const contributions = decodeContributions(state, pool)
    const shape = shapeOf(contributions)
    const news = came.get(member)
    return {
      member,
      contributions: withNews(remembered(contributions, epoch, terms), news),
      shape: news ? undefined : shape,
    }
  })
  const known = new Set(stored.map(({ member }) => member))
  for (const [member, news] of came)
    if (!known.has(member)) rows.push({ member, contributions: withNews([], news), shape: undefined })
  for (const row of rows) {
    const granted = allowance.take(row.member, provider, row.contributions.length)
    if (granted < row.contributions.length)
      row.contributions = row.contributions.sort((a, b) => b.last - a.last).slice(0, granted)
  }
  return rows
}

/**
 * Writes what changed. Members who left or were suspended meanwhile get nothing: their rows are held, as forgetting
 * them holds them.
 */
export async function writeRows(
  trx: Transaction<HubDatabase>,
  provider: string,
  rows: readonly MemberRow[],
  { epoch }: Terms,
) {
  for (const row of rows) row.contributions = row.contributions.filter((contribution) => !isEmpty(contribution))
  const gone = rows.filter(({ contributions }) => contributions.length === 0).map(({ member }) => member)
  if (gone.length > 0)
    await trx.deleteFrom('contributions').where('provider', '=', provider).where('member', 'in', gone).execute()
  const changed = rows.filter(
    ({ contributions, shape }) => contributions.length > 0 && shapeOf(contributions) !== shape,
  )
  for (let at = 0; at < changed.length; at += BATCH) {
    const values = changed
      .slice(at, at + BATCH)
      .map(({ member, contributions }) => sql`(${member}::text, ${encodeContributions(contributions)}::bytea)`)
    await sql`
      with incoming (member, state) as (values ${sql.join(values)}),
      present as (select incoming.* from incoming join members on members.id = incoming.member and members.status = 'active' for key share of members)
      insert into contributions (member, provider, epoch, state) select member, ${provider}::text, ${epoch}::integer, state from present
      on conflict (provider, member) do update set epoch = excluded.epoch, state = excluded.state`.execute(trx)
  }
}

/**
 * Which leaves there are, and what of them waits. As long as this is the same the row differs in its fading only, which
 * is known.
 */
const shapeOf = (contributions: readonly Contribution[]): string =>
  contributions
    .map(
      ({ leaf, base, pending }) => `${leafKey(leaf)} ${[...base, ...pending].map((sums) => (sums ? 1 : 0)).join('')}`,
    )
    .join('\0')

import { sql, type Transaction } from 'kysely'
import type { PublicModel, Report } from '../../federation/protocol/types.ts'
import type { HubDatabase } from '../database/schema.ts'
import { readStoredReport } from '../ingest/stored-report.ts'
import { Allowance } from './allowance.ts'
import {
  type Contribution,
  emptyContribution,
  foldAnswers,
  foldCell,
  foldListed,
  keepOver,
  type Leaf,
  leafKey,
  modelLeaf,
} from './contribution.ts'
import type { Terms } from './memory.ts'
import { PackedIntake } from './packed-intake.ts'
import { qualityNews, slowly } from './quality.ts'
import { OFFERED, PASSED_OVER } from './sums.ts'

/** By provider, member and leaf: what came since the last aggregation. */
export type Intake = Map<string, Map<string, Map<string, Contribution>>>

/** Reports read at a time. */
const BATCH = 250

/**
 * Adds a report's cells to what came, as far as they are allowed; one of an epoch before `terms.epoch` has faded since.
 */
export function intakeReport(
  intake: Intake,
  member: string,
  report: Report,
  terms: Terms,
  allowance = new Allowance(),
): void {
  const { epoch, continent, cells, passed_over = [], offered = [] } = report
  const weightBy = ({ epochSeconds }: Terms) => Math.min(1, keepOver(terms.epoch - epoch, epochSeconds))
  const weight = weightBy(terms)
  const contributionTo = (provider: string, leaf: Leaf): Contribution | undefined => {
    const key = leafKey(leaf)
    const known = intake.get(provider)?.get(member)?.get(key)
    if (known || allowance.take(member, provider, 1) === 0) return known
    const members = entryOf(intake, provider, () => new Map<string, Map<string, Contribution>>())
    const leaves = entryOf(members, member, () => new Map<string, Contribution>())
    return entryOf(leaves, key, () => emptyContribution(leaf))
  }
  for (const cell of cells) {
    const { provider, model, region } = cell
    const into = contributionTo(provider, { model, region, continent, class: cell.class })
    if (into) foldCell(into, cell, epoch, weight)
  }
  const list = (facet: number, models: readonly PublicModel[]) => {
    for (const { provider, model } of models) {
      const into = contributionTo(provider, modelLeaf(model, continent))
      if (into) foldListed(into, facet, epoch, weight)
    }
  }
  list(PASSED_OVER, passed_over)
  for (const { provider, leaf, sums } of qualityNews(report)) {
    const into = contributionTo(provider, leaf)
    if (into) foldAnswers(into, sums, epoch, weightBy(slowly(terms)))
  }
  list(OFFERED, offered)
}

/**
 * Takes in every stored report of epochs up to `terms.epoch` and empties it: the two are one transaction, so a report
 * counts once. A report that arrives meanwhile keeps its body and counts next time. One that cannot be read counts as
 * `broken` and stops nobody else's.
 */
export async function takeReports(trx: Transaction<HubDatabase>, active: ReadonlySet<string>, terms: Terms) {
  const intake = new PackedIntake()
  const seen = new Set<string>()
  const allowance = new Allowance()
  let [reports, broken] = [0, 0]
  let last = 0
  for (;;) {
    const rows = await trx
      .selectFrom('reports')
      .select(['seq', 'member', 'body'])
      .where('body', 'is not', null)
      .where('epoch', '<=', terms.epoch)
      .where('seq', '>', last)
      .orderBy('seq')
      .limit(BATCH)
      .execute()
    if (rows.length === 0) return { intake, reports, broken }
    for (const { member, body } of rows) {
      reports++
      if (!active.has(member)) continue
      try {
        const report = readStoredReport(body!)
        // Another one of the same member, who was away for a while: a cell counts once for what a member may send.
        const came: Intake = seen.has(member) ? intake.takeMember(member) : new Map()
        seen.add(member)
        try {
          intakeReport(came, member, report, terms, allowance)
        } finally {
          intake.add(came)
        }
      } catch {
        broken++
      }
    }
    last = rows.at(-1)!.seq
    const seqs = sql.join(rows.map(({ seq }) => sql`${seq}::bigint`))
    await sql`
      update members set last_epoch = greatest(coalesce(members.last_epoch, -1), came.epoch)
      from (select member, max(epoch) as epoch from reports where seq in (${seqs}) group by member) as came
      where members.id = came.member and members.status = 'active'`.execute(trx)
    await sql`update reports set body = null where seq in (${seqs})`.execute(trx)
  }
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, create: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = create()
    map.set(key, value)
  }
  return value
}

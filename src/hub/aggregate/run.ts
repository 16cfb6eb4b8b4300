import { sql, type Transaction } from 'kysely'
import { RouterError } from '../../base/errors.ts'
import {
  MAP_BYTES,
  OFFERED_BYTES,
  PASSED_OVER_BYTES,
  QUALITY_BYTES,
  REPORT_MAX_AGE_S,
} from '../../federation/protocol/limits.ts'
import { seal } from '../../federation/protocol/signed.ts'
import type { HubMap } from '../../federation/protocol/types.ts'
import { VERSION } from '../../federation/protocol/version.ts'
import { bucketed } from '../bucketed.ts'
import type { HubStore } from '../database/open.ts'
import type { HubDatabase } from '../database/schema.ts'
import { bytesOf, fitProbes, HEAD_BYTES, PROBES_BYTES } from '../probes/fit-probes.ts'
import { type ProbedCell, probeCells } from '../probes/probe-cells.ts'
import { pruneProbes, readProbes } from '../probes/read-probes.ts'
import { truthOf } from '../probes/truth.ts'
import type { HubSettings } from '../settings.ts'
import { Allowance } from './allowance.ts'
import { addBusy, type Busy, writeBusy } from './busy.ts'
import { RowWriter, readRows } from './contributions-table.ts'
import { Deviations } from './deviation.ts'
import { fitCells, fitRows } from './fit.ts'
import { historyRows } from './history.ts'
import { takeReports } from './intake.ts'
import { cellsOf, listedOf, unlisted, type WeighedCell, type WeighedModel } from './map-cells.ts'
import { readMembers, writeDeviations } from './members.ts'
import type { ProviderMemory, Terms } from './memory.ts'
import { Partition } from './partition.ts'
import { aggregateProvider, NO_MEMORY } from './provider.ts'
import { aggregateShares, isQuality, qualityOf, slowly } from './quality.ts'
import { type AggregationFacts, decodeState, encodeState, type MapState } from './state.ts'
import { OFFERED, PASSED_OVER } from './sums.ts'

/** A member that has not reported for so long is not counted as one that reports. */
const OF_LATE_S = 86_400
const HISTORY_S = 30 * 86_400
/** The newest, and one to look at if something seems wrong. */
const MAPS_KEPT = 2

/**
 * Makes the map of `epoch`: takes in all reports up to it, releases what may be released, and publishes. All of it is
 * one transaction under one lock, so that whoever is killed at any point has done nothing, and whoever comes second
 * finds it done: undefined, also when the next map is there.
 * @param nowS Unix seconds: how old members are, and when the map was made
 * @throws RouterError ROUTER_HUB_DATABASE when the newest map is later than that: this clock is wrong, or the one that
 * it was made by
 */
export function aggregate(
  store: HubStore,
  { key, epochSeconds, k }: Pick<HubSettings, 'key' | 'epochSeconds' | 'k'>,
  epoch: number,
  nowS: number,
): Promise<AggregationFacts | undefined> {
  const terms: Terms = { epoch, epochSeconds, k }
  return store.exclusively('aggregate', async (trx) => {
    const started = performance.now()
    const last = await newestState(trx)
    if (last && last.epoch > epoch + 1) throw clockIsWrong(last.epoch, terms)
    if (last && last.epoch >= epoch) return undefined
    const probed = await readProbes(trx, nowS)
    const probes = fitProbes(probeCells(probed, nowS), PROBES_BYTES)
    const room = MAP_BYTES - HEAD_BYTES - PASSED_OVER_BYTES - bytesOf(probes)
    const made = await makeMap(trx, last?.state, terms, nowS, room, probed)
    const map: HubMap = {
      type: 'map',
      v: VERSION,
      epoch,
      epoch_seconds: epochSeconds,
      k: terms.k,
      members: bucketed(made.cohorts, terms.k),
      cells: made.cells,
      ...(probes.length > 0 && { probes }),
      ...(made.passedOver.length > 0 && { passed_over: made.passedOver }),
      ...(made.quality.length > 0 && { quality: made.quality }),
      ...(made.offered.length > 0 && { offered: made.offered }),
    }
    const document = seal(map, key)
    const { reports, broken, dropped } = made
    const facts: AggregationFacts = {
      epoch,
      reports,
      broken,
      cells: made.cells.length,
      dropped,
      bytes: document.length,
      milliseconds: Math.round(performance.now() - started),
    }
    const state = encodeState({ providers: made.providers, facts })
    await trx.insertInto('maps').values({ epoch, document, state, created_at: nowS }).execute()
    await writeHistory(trx, map)
    await prune(trx, terms)
    await pruneProbes(trx, nowS)
    return { ...facts, milliseconds: Math.round(performance.now() - started) }
  })
}

function clockIsWrong(newest: number, { epoch, epochSeconds }: Terms): RouterError {
  const hours = Math.round(((newest - epoch) * epochSeconds) / 360) / 10
  const remedy = "Set this machine's clock; if it is right and was ahead before, restore a backup of before"
  return new RouterError('ROUTER_HUB_DATABASE', {
    reason: `its newest map ends ${hours} h after the one that is due. ${remedy}`,
  })
}

async function newestState(trx: Transaction<HubDatabase>): Promise<{ epoch: number; state: MapState } | undefined> {
  const row = await trx
    .selectFrom('maps')
    .select(['epoch', 'state'])
    .orderBy('epoch', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && { epoch: row.epoch, state: decodeState(row.state) }
}

/** `bytes`: room for the cells. */
async function makeMap(
  trx: Transaction<HubDatabase>,
  last: MapState | undefined,
  terms: Terms,
  nowS: number,
  bytes: number,
  probed: readonly ProbedCell[],
) {
  await sql`delete from contributions where member in (select id from members where status <> 'active')`.execute(trx)
  const members = await readMembers(trx, nowS)
  const { table } = members
  const { intake, reports, broken } = await takeReports(trx, new Set(table.ids), terms)
  const stored = await trx.selectFrom('contributions').select('provider').distinct().execute()
  const names = new Set([
    ...stored.map(({ provider }) => provider),
    ...intake.providers,
    ...(last?.providers.keys() ?? []),
  ])
  const providers = new Map<string, ProviderMemory>()
  const deviations = new Deviations(table.ids.length)
  const ofLate = new Uint8Array(table.cohorts)
  const cells: WeighedCell[] = []
  const unused: WeighedModel[] = []
  const offered: WeighedModel[] = []
  const allowance = new Allowance()
  const busy: Busy = new Map()
  const truths = Map.groupBy(probed, ({ provider }) => provider)
  for (const provider of [...names].sort()) {
    const own = isQuality(provider) ? slowly(terms) : terms
    const writer = new RowWriter(trx, provider, terms)
    const partition = new Partition(table.ids.length)
    const changed = new Uint8Array(table.ids.length)
    for await (const rows of readRows(trx, provider, intake.takeProvider(provider), own, allowance)) {
      for (const { member, contributions, news, isChanged } of rows) {
        const number = table.numberOf(member)
        if (number !== undefined && news && own === terms) addBusy(busy, provider, number, news, table, terms)
        if (number !== undefined && table.trust[number]! > 0) {
          partition.add(number, contributions)
          changed[number] = isChanged ? 1 : 0
        } else if (isChanged) await writer.write(member, contributions)
      }
    }
    const before = last?.providers.get(provider) ?? NO_MEMORY
    const truth = truthOf(truths.get(provider) ?? [])
    const memory =
      own === terms
        ? aggregateProvider(partition, table, before, terms, deviations, truth)
        : aggregateShares(partition, table, before, own)
    for (const { member, contributions, isReleased } of partition.members()) {
      if (contributions.some((own) => (terms.epoch - own.last) * terms.epochSeconds < OF_LATE_S))
        ofLate[table.cohort[member]!] = 1
      if (isReleased || changed[member]) await writer.write(table.ids[member]!, contributions)
    }
    await writer.flush()
    if (memory.some(({ atoms, nodes }) => atoms.size + nodes.size > 0)) providers.set(provider, memory)
    if (own !== terms) continue
    cells.push(...cellsOf(provider, memory, terms.k))
    unused.push(...listedOf(PASSED_OVER, provider, memory, terms.k))
    offered.push(...listedOf(OFFERED, provider, memory, terms.k))
  }
  await writeDeviations(trx, members, deviations, terms)
  await writeBusy(trx, busy)
  const passedOver = fitRows(unused, PASSED_OVER_BYTES)
  const quality = fitRows(qualityOf(providers, terms.k), QUALITY_BYTES)
  const onlyOffered = fitRows(unlisted(offered, cells, unused), OFFERED_BYTES)
  const others = [quality, onlyOffered].reduce((sum, rows) => sum + (rows.length > 0 ? bytesOf(rows) : 0), 0)
  return {
    providers,
    reports,
    broken,
    cohorts: ofLate.reduce((sum, is) => sum + is, 0),
    passedOver,
    quality,
    offered: onlyOffered,
    ...fitCells(cells, bytes - others),
  }
}

async function writeHistory(trx: Transaction<HubDatabase>, map: HubMap): Promise<void> {
  const { epoch } = map
  const rows = historyRows(map).map(({ provider, model, figures }) => ({
    epoch,
    provider,
    model,
    figures: JSON.stringify(figures),
  }))
  const batch = 1_000
  for (let at = 0; at < rows.length; at += batch)
    await trx
      .insertInto('history')
      .values(rows.slice(at, at + batch))
      .execute()
}

/** What nobody will ask for again. A report's row stays as long as its epoch could be sent once more. */
async function prune(trx: Transaction<HubDatabase>, { epoch, epochSeconds }: Terms): Promise<void> {
  const before = (seconds: number) => epoch - Math.ceil(seconds / epochSeconds)
  await trx
    .deleteFrom('reports')
    .where('epoch', '<', before(2 * REPORT_MAX_AGE_S))
    .where('body', 'is', null)
    .execute()
  await trx.deleteFrom('history').where('epoch', '<', before(HISTORY_S)).execute()
  const kept = trx.selectFrom('maps').select('epoch').orderBy('epoch', 'desc').limit(MAPS_KEPT)
  await trx.deleteFrom('maps').where('epoch', 'not in', kept).execute()
}

import { type Kysely, sql, type Transaction } from 'kysely'
import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import type { ProbeResult, ProbeResults, PublicEndpoint } from '../../federation/protocol/types.ts'
import { FAULT_KINDS } from '../../federation/protocol/words.ts'
import type { HubDatabase } from '../database/schema.ts'
import { retried } from '../ingest/retried.ts'
import { addResult, decodeProbeSums, emptyProbeSums, encodeProbeSums, type ProbeSums } from './probe-sums.ts'

/** The hub itself as a prober. */
export const HUB_PROBER = 'hub'

export interface RecordedProbes {
  readonly status: 'accepted' | 'already'
  /** Endpoints that were asked. */
  readonly endpoints: readonly PublicEndpoint[]
}

type Batch = Pick<ProbeResults, 'seq' | 'continent' | 'place' | 'results'>

/**
 * Adds what a prober measured, each document once: one whose number is not above the last is there already. `now` in
 * Unix seconds.
 */
export function recordProbes(
  db: Kysely<HubDatabase>,
  prober: string,
  batch: Batch,
  now: number,
): Promise<RecordedProbes> {
  return retried(() => db.transaction().execute((trx) => record(trx, prober, batch, now)))
}

async function record(
  trx: Transaction<HubDatabase>,
  prober: string,
  batch: Batch,
  now: number,
): Promise<RecordedProbes> {
  const { seq, continent, place } = batch
  // Whoever writes for the same prober waits here.
  const taken = await trx
    .insertInto('probers')
    .values({ id: prober, continent, place, seq, received_at: now })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ continent, place, seq, received_at: now }).where('probers.seq', '<', seq),
    )
    .returning('id')
    .executeTakeFirst()
  if (!taken) return { status: 'already', endpoints: [] }
  const results = batch.results.toSorted((a, b) => a.time - b.time)
  await addToCells(trx, prober, results)
  await addToStates(trx, prober, results)
  const endpoints = new Map(
    results.map(({ provider, model, region }) => [
      endpointKey({ provider, model, region }),
      { provider, model, region },
    ]),
  )
  return { status: 'accepted', endpoints: [...endpoints.values()] }
}

async function addToCells(
  trx: Transaction<HubDatabase>,
  prober: string,
  results: readonly ProbeResult[],
): Promise<void> {
  const groups = Map.groupBy(results, (result) => `${endpointKey(result)}\n${result.class}`)
  const names = [...groups.values()].map(
    ([own]) => sql`(${own!.provider}::text, ${own!.model}::text, ${own!.region}::text, ${own!.class}::text)`,
  )
  const { rows } = await sql<{
    provider: string
    model: string
    region: string
    class: string
    sums: string
    time: number
  }>`
    select provider, model, region, class, sums, time from probe_cells
    where prober = ${prober} and (provider, model, region, class) in (${sql.join(names)})`.execute(trx)
  const known = new Map(rows.map((row) => [`${endpointKey(row)}\n${row.class}`, decodeProbeSums(row.sums, row.time)]))
  const cells = [...groups].map(([key, own]) => {
    const sums: ProbeSums = known.get(key) ?? emptyProbeSums(own[0]!.time)
    for (const result of own) addResult(sums, result)
    const { provider, model, region, class: workload } = own[0]!
    return { prober, provider, model, region, class: workload, sums: encodeProbeSums(sums), time: sums.time }
  })
  await trx
    .insertInto('probe_cells')
    .values(cells)
    .onConflict((conflict) =>
      conflict
        .columns(['provider', 'model', 'region', 'class', 'prober'])
        .doUpdateSet((e) => ({ sums: e.ref('excluded.sums'), time: e.ref('excluded.time') })),
    )
    .execute()
}

/** How many requests in a row failed. What came before the newest that is known changes nothing. */
async function addToStates(
  trx: Transaction<HubDatabase>,
  prober: string,
  results: readonly ProbeResult[],
): Promise<void> {
  const telling = results.filter((result) => result.kind === 'ok' || isFailing(result))
  for (const own of Map.groupBy(telling, endpointKey).values()) {
    const { provider, model, region } = own[0]!
    const row = await trx
      .selectFrom('probe_states')
      .select(['failures', 'time'])
      .where('prober', '=', prober)
      .where('provider', '=', provider)
      .where('model', '=', model)
      .where('region', '=', region)
      .executeTakeFirst()
    let { failures, time } = row ?? { failures: 0, time: 0 }
    for (const result of own) {
      if (result.time < time) continue
      time = result.time
      failures = result.kind === 'ok' ? 0 : failures + 1
    }
    await trx
      .insertInto('probe_states')
      .values({ prober, provider, model, region, failures, time })
      .onConflict((conflict) =>
        conflict.columns(['provider', 'model', 'region', 'prober']).doUpdateSet({ failures, time }),
      )
      .execute()
  }
}

/** An endpoint that calls tools badly is at work all the same. */
const isFailing = ({ kind, class: workload }: ProbeResult): boolean =>
  FAULT_KINDS.includes(kind) && !(kind === 'provider_malformed' && workload.endsWith('.structured'))

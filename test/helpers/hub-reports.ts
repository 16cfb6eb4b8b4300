import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { generateSigningKey, type SigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import type { Report, ReportCell } from '../../src/federation/protocol/types.ts'
import type { HubStore } from '../../src/hub/database/open.ts'
import type { HubSettings } from '../../src/hub/settings.ts'

/** For reports that go straight into the table: their signature was checked before they came there. */
const ANY_KEY: SigningKey = generateSigningKey()

export const hubSettings = (k = 5): Pick<HubSettings, 'key' | 'epochSeconds' | 'k'> => ({
  key: ANY_KEY,
  epochSeconds: 3_600,
  k,
})

/** A cell whose times are `ms`; half of one per cent faults unless told. */
export const reportCell = (over: Partial<ReportCell> & { ms?: number } = {}): ReportCell => {
  const { ms = 500, ...fields } = over
  const moments = { n: 100, mean: Math.log(ms), var: 0.25 }
  return {
    provider: 'acme',
    model: 'm',
    region: '-',
    class: 'chat.lt1k.plain',
    n: 100,
    kinds: { ok: 99, provider_error: 1 },
    ttft: moments,
    total: { ...moments, mean: moments.mean + 1 },
    speed: { n: 100, mean: Math.log(50), var: 0.1 },
    price: 2,
    cache_hit: 0.5,
    ...fields,
  }
}

export const reportOf = (
  epoch: number,
  cells: readonly ReportCell[],
  continent: Report['continent'] = 'EU',
): Report => ({
  type: 'report',
  v: '1.0',
  epoch,
  continent,
  noise: false,
  cells,
})

/** Members of their own cohorts, vouched for. */
export async function insertMembers(store: HubStore, ids: readonly string[], cohort?: string): Promise<void> {
  const rows = ids.map((id) => ({
    id,
    public_key: `key of ${id}`,
    invite: cohort ?? id,
    cohort: cohort ?? id,
    continent: 'EU',
    status: 'active' as const,
    joined_at: 0,
    trust: null,
    deviation: 0,
    deviation_cells: 0,
    last_epoch: null,
  }))
  await store.db.insertInto('members').values(rows).execute()
}

/** As ingest leaves it. */
export async function insertReport(store: HubStore, member: string, report: Report): Promise<void> {
  const body = gzipSync(seal(report, ANY_KEY))
  await store.db.insertInto('reports').values({ member, epoch: report.epoch, hash: randomUUID(), body }).execute()
}

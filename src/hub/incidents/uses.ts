import type { Transaction } from 'kysely'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import { decodeContributions } from '../aggregate/contribution-codec.ts'
import type { HubDatabase } from '../database/schema.ts'
import { readStoredReport } from '../ingest/stored-report.ts'

/** Reports of this long ago still say that a member uses an endpoint. */
const RECENT_S = 86_400
/** Reports looked at that no aggregation has taken in yet, the newest. */
const WAITING = 3

/**
 * Whether a member's reports of the last day include an endpoint: what the aggregation took in of them, and those that
 * wait for it.
 */
export async function usesEndpoint(
  trx: Transaction<HubDatabase>,
  member: string,
  { provider, model, region }: PublicEndpoint,
  epochSeconds: number,
  now: number,
): Promise<boolean> {
  const oldest = Math.floor((now - RECENT_S) / epochSeconds)
  const isIt = (about: { readonly model: string; readonly region: string }) =>
    about.model === model && about.region === region
  const taken = await trx
    .selectFrom('contributions')
    .select('state')
    .where('member', '=', member)
    .where('provider', '=', provider)
    .executeTakeFirst()
  if (taken && decodeContributions(taken.state).some(({ leaf, last }) => isIt(leaf) && last >= oldest)) return true
  const waiting = await trx
    .selectFrom('reports')
    .select('body')
    .where('member', '=', member)
    .where('body', 'is not', null)
    .where('epoch', '>=', oldest)
    .orderBy('epoch', 'desc')
    .limit(WAITING)
    .execute()
  return waiting.some(({ body }) => reported(body!).some((cell) => cell.provider === provider && isIt(cell)))
}

function reported(body: Buffer): readonly PublicEndpoint[] {
  try {
    return readStoredReport(body).cells
  } catch {
    return []
  }
}

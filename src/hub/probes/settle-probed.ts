import { endpointKey } from '../../federation/protocol/endpoint-key.ts'
import type { PublicEndpoint } from '../../federation/protocol/types.ts'
import { SILENCE_S } from '../incidents/agreement.ts'
import { type AlarmContext, settleIncident } from '../incidents/record-alarm.ts'
import { probeEvidence } from './evidence.ts'

/** Looks whether what was just measured opens or closes incidents. */
export async function settleProbed(context: AlarmContext, endpoints: readonly PublicEndpoint[]): Promise<void> {
  const { db } = context.store
  const open = await db
    .selectFrom('incidents')
    .select(['provider', 'model', 'region'])
    .where('closed_at', 'is', null)
    .execute()
  // Those who say failing of what was just found well are held to it.
  const alarmed = await db
    .selectFrom('alarms')
    .select(['provider', 'model', 'region'])
    .distinct()
    .where('state', '=', 'failing')
    .where('received_at', '>=', context.now - SILENCE_S)
    .execute()
  const affected = new Set([...open, ...alarmed].map(endpointKey))
  for (const endpoint of endpoints) {
    const evidence =
      affected.has(endpointKey(endpoint)) || (await probeEvidence(db, endpoint, context.now))?.state === 'failing'
    if (evidence) await settleIncident(context, endpoint)
  }
}

import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { unseal, verifySealed } from '../../../src/federation/protocol/signed.ts'
import { checkMap } from '../../../src/federation/protocol/validate.ts'
import { decodeContributions } from '../../../src/hub/aggregate/contribution-codec.ts'
import { aggregate } from '../../../src/hub/aggregate/run.ts'
import { type HubStore, openDatabase } from '../../../src/hub/database/open.ts'
import { hubSettings, insertMembers, insertReport, reportCell, reportOf } from '../../helpers/hub-reports.ts'
import { postgresBinaries, startPostgres } from '../../helpers/postgres.ts'
import { forkChild } from '../../helpers/processes.ts'

const CHILD = fileURLToPath(new URL('../../helpers/aggregating-child.ts', import.meta.url))
const EPOCH = 400_000
const MEMBERS = Array.from({ length: 10 }, (_, at) => `member-${at}`)
const KILLS = 12
const missing = postgresBinaries() === undefined

/** Requests of each member that the hub remembers, with their fading undone: each report is there once. */
async function requestsOf(store: HubStore): Promise<Map<string, number>> {
  const rows = await store.db.selectFrom('contributions').selectAll().execute()
  const totals = new Map<string, number>()
  for (const { member, epoch, state } of rows) {
    for (const { base, pending } of decodeContributions(state)) {
      // As of the first epoch, so that nothing has faded.
      const scale = 2 ** ((epoch - EPOCH) / 24)
      totals.set(member, (totals.get(member) ?? 0) + scale * ((base[3]?.n ?? 0) + (pending[3]?.n ?? 0)))
    }
  }
  return totals
}

describe.skipIf(missing)(
  `Aggregation under kill -9${missing ? ' (PostgreSQL IS NOT INSTALLED: NOT TESTED)' : ''}`,
  () => {
    it('counts every report once, whenever its process is killed', async () => {
      const server = await startPostgres()
      const url = await server.createDatabase()
      const store = await openDatabase({ kind: 'postgres', url })
      try {
        await insertMembers(store, MEMBERS)
        let expected = 0
        let first = EPOCH
        for (let kill = 0; kill < KILLS; kill++) {
          for (const id of MEMBERS) await insertReport(store, id, reportOf(first, [reportCell()]))
          // Faded as if the epoch were the first.
          expected += 100 * 2 ** ((first - EPOCH) / 24)
          const child = forkChild(CHILD, [url, String(first)])
          await once(child, 'message')
          // Anywhere between the first statement and the commit, and after it.
          await delay(3 * kill)
          child.kill('SIGKILL')
          await once(child, 'exit')
          first += 1
          const newest = await store.db
            .selectFrom('maps')
            .select('epoch')
            .orderBy('epoch', 'desc')
            .limit(1)
            .executeTakeFirst()
          first = Math.max(first, (newest?.epoch ?? 0) + 1)
        }
        await aggregate(store, hubSettings(), first, first * 3_600)
        const totals = await requestsOf(store)
        for (const id of MEMBERS) expect(totals.get(id)! / expected).toBeCloseTo(1, 3)
        for (const { document } of await store.db.selectFrom('maps').select('document').execute()) {
          expect(() => checkMap(verifySealed('map', unseal(document)))).not.toThrow()
        }
      } finally {
        await store.close()
        await server.remove()
      }
    })
  },
)

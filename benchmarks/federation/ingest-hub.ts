/** The hub process under load: started by ingest.ts, told by IPC what to do. */
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { fingerprint, generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { type DatabasePlace, openDatabase } from '../../src/hub/database/open.ts'
import { NO_PAGE } from '../../src/hub/page/create-page.ts'
import { createHubServer } from '../../src/hub/server/server.ts'

export interface Start {
  readonly place: DatabasePlace
  readonly publicKeys: readonly string[]
  readonly epochSeconds: number
}

const NO_LIMIT = { perMinute: 1e9, burst: 1e9 }

process.once('message', async ({ place, publicKeys, epochSeconds }: Start) => {
  const store = await openDatabase(place)
  const joined = {
    invite: 'i',
    continent: 'EU',
    status: 'active',
    joined_at: 0,
    trust: null,
    deviation: 0,
    deviation_cells: 0,
  } as const
  await store.db
    .insertInto('invites')
    .values({ id: 'i', note: '', uses_left: 0, vouched: true, created_at: 0, expires_at: 0 })
    .execute()
  for (const publicKey of publicKeys) {
    const id = fingerprint(publicKey)
    await store.db
      .insertInto('members')
      .values({ id, public_key: publicKey, cohort: id, last_epoch: null, ...joined })
      .execute()
  }
  const app = createHubServer({
    store,
    key: generateSigningKey(),
    name: 'bench',
    epochSeconds,
    k: 5,
    log: pino({ level: 'info' }, pino.destination({ dest: '/dev/null', sync: false })),
    page: NO_PAGE,
    limits: {
      address: { read: NO_LIMIT, report: NO_LIMIT, alarm: NO_LIMIT, enrol: NO_LIMIT, enrolOpenly: NO_LIMIT },
      member: { report: NO_LIMIT, alarm: NO_LIMIT, request: NO_LIMIT, influence: NO_LIMIT },
    },
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  process.send!({ port: (app.server.address() as AddressInfo).port })
  process.on('message', async (question) => {
    if (question === 'cpu') process.send!({ cpu: process.cpuUsage() })
    if (question !== 'stop') return
    await app.close()
    await store.close()
    process.disconnect()
  })
})

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { epochAt } from '../../../src/federation/protocol/epoch.ts'
import type { SigningKey } from '../../../src/federation/protocol/keys.ts'
import { type DatabasePlace, openDatabase } from '../../../src/hub/database/open.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'
import { enrolment, type HubProcess, newKeys, startHubProcess } from '../../helpers/hub-process.ts'
import { report } from '../../helpers/hub-server.ts'
import { copyPglite } from '../../helpers/pglite.ts'
import { type PostgresServer, postgresBinaries, startPostgres } from '../../helpers/postgres.ts'

const KEYS = newKeys(12)
const REPORTS_EACH = 20
const LAST_EPOCH = () => epochAt(Date.now(), 3_600) - 1

/** Sends every report of every member, many at once, and calls `onTaken` at each that the hub took. Returns those. */
async function sendReports(hub: HubProcess, onTaken: (taken: number) => void): Promise<Set<string>> {
  const taken = new Set<string>()
  const last = LAST_EPOCH()
  const sends = KEYS.flatMap((key, member) =>
    Array.from({ length: REPORTS_EACH }, async (_, back) => {
      const answer = await hub.post('/v1/reports', report({ epoch: last - back }), key)
      if (answer?.status !== 202) return
      taken.add(`${member} ${last - back}`)
      onTaken(taken.size)
    }),
  )
  await Promise.all(sends)
  return taken
}

async function enrolAll(
  hub: HubProcess,
  invite: string,
  onTaken: (taken: number) => void = () => {},
): Promise<Set<SigningKey>> {
  const taken = new Set<SigningKey>()
  const enrol = async (key: SigningKey) => {
    const answer = await hub.post('/v1/members', enrolment(invite), key)
    if (answer?.status !== 201) return
    taken.add(key)
    onTaken(taken.size)
  }
  await Promise.all(KEYS.map(enrol))
  return taken
}

/** What the hub says of each report when it is sent once more. */
async function sendAgain(hub: HubProcess, taken: ReadonlySet<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const name of taken) {
    const [member, epoch] = name.split(' ').map(Number)
    const answer = await hub.post('/v1/reports', report({ epoch: epoch! }), KEYS[member!]!)
    const said = `${answer?.status} ${(answer?.body as { status?: string } | undefined)?.status}`
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}

/** Each member once, each use of the invite once. Only while no hub on PGlite runs. */
async function checkCounts(place: DatabasePlace, uses: number, atLeast: number): Promise<void> {
  const store = await openDatabase(place)
  try {
    const members = await store.db.selectFrom('members').select('id').where('status', '=', 'active').execute()
    const [invite] = await store.db.selectFrom('invites').select('uses_left').execute()
    expect(members.length).toBeGreaterThanOrEqual(atLeast)
    expect(invite!.uses_left).toBe(uses - members.length)
  } finally {
    await store.close()
  }
}

const missing = postgresBinaries() === undefined

describe.each(['PGlite', missing ? 'PostgreSQL IS NOT INSTALLED: NOT TESTED' : 'PostgreSQL'])('a hub on %s', (kind) => {
  let directory: string
  let server: PostgresServer | undefined
  let place: DatabasePlace
  let flags: string[]
  const hubs: HubProcess[] = []
  const start = async () => {
    const hub = await startHubProcess(directory, flags)
    hubs.push(hub)
    return hub
  }

  beforeEach(async () => {
    directory = await temporaryDirectory()
    if (kind === 'PGlite') {
      place = { kind: 'pglite', directory: `${directory}/.router-hub/pglite` }
      flags = []
      await copyPglite(place.directory!)
      return
    }
    if (missing) return
    server = await startPostgres()
    place = { kind: 'postgres', url: await server.createDatabase() }
    flags = ['--database', place.url]
  })
  afterEach(async () => {
    await Promise.all(hubs.splice(0).map((hub) => hub.kill9()))
    await server?.remove()
    server = undefined
    await removeDirectory(directory)
  })

  it.skipIf(kind !== 'PGlite' && missing)(
    'loses no enrolment and no report that it acknowledged when it is killed',
    async () => {
      let hub = await start()
      const [invite] = await hub.invite('--uses', '30')
      const first = hub
      const enrolled = await enrolAll(first, invite!, (taken) => taken === 7 && void first.kill9())
      expect(enrolled.size).toBeGreaterThanOrEqual(7)
      await first.kill9()
      await checkCounts(place, 30, enrolled.size)

      hub = await start()
      for (const key of KEYS) {
        const answer = await hub.post('/v1/members', enrolment(invite!), key)
        expect(enrolled.has(key) ? [200] : [200, 201]).toContain(answer?.status)
      }
      const second = hub
      const taken = await sendReports(second, (count) => count === 60 && void second.kill9())
      expect(taken.size).toBeGreaterThanOrEqual(60)
      await second.kill9()
      await checkCounts(place, 30, KEYS.length)

      hub = await start()
      expect(await sendAgain(hub, taken)).toEqual({ '200 already': taken.size })
      expect(await hub.stop()).toBe(0)
    },
  )

  it.skipIf(kind === 'PGlite' || missing)(
    'outlives its PostgreSQL, and what was acknowledged is still there',
    async () => {
      const hub = await start()
      const [invite] = await hub.invite('--uses', '30')
      let killed: Promise<void> | undefined
      const kill = (at: number) => (taken: number) => {
        if (taken === at) killed = server!.kill9()
      }
      const enrolled = await enrolAll(hub, invite!, kill(7))
      await killed
      expect((await hub.post('/v1/members', enrolment(invite!), newKeys(1)[0]!))?.status).toBe(503)
      await server!.restart()
      await checkCounts(place, 30, enrolled.size)
      for (const key of KEYS)
        expect([200, 201]).toContain((await hub.post('/v1/members', enrolment(invite!), key))?.status)

      const taken = await sendReports(hub, kill(60))
      await killed
      await server!.restart()
      expect(taken.size).toBeGreaterThanOrEqual(60)
      expect(await sendAgain(hub, taken)).toEqual({ '200 already': taken.size })
      await checkCounts(place, 30, KEYS.length)
      expect(await hub.stop()).toBe(0)
    },
  )
})

/**
 * A process that `aggregate.ts` has for what shall be measured by itself: it opens a database, writes members' reports
 * into it, or makes maps, as it is asked.
 */
import { gzipSync } from 'node:zlib'
import { generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import type { Report } from '../../src/federation/protocol/types.ts'
import { aggregate } from '../../src/hub/aggregate/run.ts'
import type { AggregationFacts } from '../../src/hub/aggregate/state.ts'
import { type DatabasePlace, type HubStore, openDatabase } from '../../src/hub/database/open.ts'
import { insertMembers } from '../../test/helpers/hub-reports.ts'
import { createSite, honestReport, truths } from './honest.ts'

export type Task =
  | { readonly work: 'open'; readonly place: DatabasePlace; readonly members: number; readonly cells: number }
  | { readonly work: 'join' }
  | { readonly work: 'report' | 'aggregate'; readonly epoch: number }
  | { readonly work: 'close' }

export interface Done {
  readonly seconds: number
  /** Of this process, during the task. */
  readonly cpuSeconds: number
  /** Since it began. */
  readonly peakRssMb: number
  readonly facts: AggregationFacts | undefined
}

const SPREAD = { tau: 0.2, sigma: 0.6 }
const CONTINENTS = ['EU', 'NA', 'AS'] as const
const key = generateSigningKey()
const settings = { key, epochSeconds: 3_600, k: 5 }
let store: HubStore
let members: readonly string[]
let catalogue: ReturnType<typeof truths>

process.on('message', async (task: Task) => {
  const before = process.cpuUsage()
  const started = performance.now()
  const facts = await doIt(task)
  const { user, system } = process.cpuUsage(before)
  const done: Done = {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    peakRssMb: Math.round(process.resourceUsage().maxRSS / 1024),
    facts,
  }
  process.send!(done, () => {
    if (task.work === 'close') process.disconnect()
  })
})

async function doIt(task: Task): Promise<AggregationFacts | undefined> {
  switch (task.work) {
    case 'open':
      store = await openDatabase(task.place)
      members = Array.from({ length: task.members }, (_, at) => `member-${at}`)
      catalogue = truths(1, 10, Math.ceil(task.cells / 20)).slice(0, task.cells)
      return undefined
    case 'join':
      await join()
      return undefined
    case 'report':
      await report(task.epoch)
      return undefined
    case 'aggregate':
      return aggregate(store, settings, task.epoch, task.epoch * 3_600)
    case 'close':
      await store.close()
      return undefined
  }
}

async function join(): Promise<void> {
  for (let at = 0; at < members.length; at += 500) await insertMembers(store, members.slice(at, at + 500))
}

/** As members send them unless they ask for more: with noise, without grids. */
async function report(epoch: number): Promise<void> {
  for (let at = 0; at < members.length; at += 50) {
    const rows = members.slice(at, at + 50).map((id, index) => {
      const honest = honestReport(1, createSite(1, id, catalogue, SPREAD), epoch, SPREAD)
      const own = honest.cells.map(({ grids: _, ...cell }) => cell)
      const document: Report = { ...honest, noise: true, continent: CONTINENTS[(at + index) % 3]!, cells: own }
      return { member: id, epoch, hash: '', body: gzipSync(seal(document, key), { level: 1 }) }
    })
    await store.db.insertInto('reports').values(rows).execute()
  }
}

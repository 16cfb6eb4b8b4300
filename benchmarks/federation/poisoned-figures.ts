import { availableParallelism } from 'node:os'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import type { MapCell } from '../../src/federation/protocol/types.ts'
import { HonestReports } from './honest.ts'
import { LIARS } from './liars.ts'
import { movements, poisonedMap } from './poisoned-map.ts'

/** Members, a quarter of whom lie, who differ by `tau`. */
export interface Crowd {
  readonly members: number
  readonly tau: number
  /** How many maps are made: the first and the last are looked at. */
  readonly epochs: number
  /** With Sybils beside them, at a hub that measures nothing itself and at one that does. */
  readonly probes: boolean
}

/** Of the world, and how requests of one member differ. */
const SEED = 1
const SIGMA = 0.5
const LIARS_SHARE = 0.25
const SYBILS_SHARE = 0.4
/** Kinds of figures for which 10 % is the limit. */
const LIMITED = /\.(median|p50|p95|p)$|^price$/

const round = (value: number, digits: number) => Math.round(value * 10 ** digits) / 10 ** digits

export type FigureRow = ReturnType<typeof figureRows>[number]

/**
 * By liar: the largest movement of a limited figure, and the share of them that moved by more than 10 %; in the first
 * map and in the last one.
 */
function figureRows({ members, tau, epochs, probes }: Crowd) {
  const spread = { tau, sigma: SIGMA }
  const reports = new HonestReports(SEED, spread)
  const [sybils, hubs] = probes ? [SYBILS_SHARE, [false, true]] : [0, [false]]
  return hubs.flatMap((isProbing) => {
    const run = { seed: SEED, members, share: LIARS_SHARE, spread, epochs, probes: isProbing, sybils, reports }
    const honest = poisonedMap({ ...run, liar: undefined })
    const poisoned = Object.entries(LIARS).map(([name, liar]) => [name, poisonedMap({ ...run, liar })] as const)
    // A provider as a whole is nothing that a hub could measure.
    const read = (cells: readonly MapCell[]) => (probes ? cells.filter(({ model }) => model) : cells)
    const rowsOf = (which: 'first' | 'cells') =>
      poisoned.map(([liar, map]) => ({
        members,
        tau,
        epochs: which === 'first' ? 1 : epochs,
        ...(probes && { sybils, probes: isProbing }),
        liar,
        ...largest(movements(read(honest[which]), read(map[which]))),
      }))
    return [...rowsOf('first'), ...(epochs > 1 ? rowsOf('cells') : [])]
  })
}

function largest(moves: ReadonlyMap<string, readonly number[]>) {
  const limited = [...moves].filter(([kind]) => LIMITED.test(kind))
  const [of, own] = limited.reduce((a, b) => (Math.max(...b[1]) > Math.max(...a[1]) ? b : a))
  const all = limited.flatMap(([, list]) => list)
  const beyond = all.filter((move) => move > 0.1).length
  return {
    largest_pct: round(100 * Math.max(...own), 1),
    of,
    beyond_10_pct: round((100 * beyond) / all.length, 1),
  }
}

/** The rows of all crowds in their order, on as many threads as there are processors; the largest crowds first. */
export async function figuresOf(crowds: readonly Crowd[]): Promise<FigureRow[]> {
  const waiting = [...crowds.entries()].sort(([, a], [, b]) => a.members - b.members)
  const rows: FigureRow[][] = []
  const work = async (worker: Worker) => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const [at, crowd] = next
      const { promise, resolve, reject } = Promise.withResolvers<FigureRow[]>()
      worker.once('message', resolve).once('error', reject)
      worker.postMessage(crowd)
      rows[at] = await promise
      worker.removeListener('error', reject)
      console.error(`${crowd.members} members, tau ${crowd.tau}: done`)
    }
    await worker.terminate()
  }
  const threads = Math.min(availableParallelism(), crowds.length)
  await Promise.all(Array.from({ length: threads }, () => work(new Worker(new URL(import.meta.url)))))
  return rows.flat()
}

if (!isMainThread) parentPort!.on('message', (crowd: Crowd) => parentPort!.postMessage(figureRows(crowd)))

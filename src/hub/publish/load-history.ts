import type { Kysely } from 'kysely'
import type { HistoryFigures } from '../aggregate/history.ts'
import type { HubDatabase } from '../database/schema.ts'
import type { History, HistorySeries } from './page-data.ts'

/** The newest epochs as they are; before them, for 30 days, one in six hours. */
const RECENT_EPOCHS = 48
const COARSE_S = 6 * 3_600
const DAYS = 30

const FIGURES = ['ttft_p50', 'ttft_p95', 'total_p50', 'speed', 'uptime', 'price', 'members'] as const

/** What the hub published of each endpoint, for plots: at most 48 + 120 points in time. */
export async function loadHistory(db: Kysely<HubDatabase>, epochSeconds: number): Promise<History> {
  const made = await db.selectFrom('history').select('epoch').distinct().orderBy('epoch', 'desc').execute()
  const epochs = thinned(
    made.map(({ epoch }) => epoch),
    epochSeconds,
  )
  if (epochs.length === 0) return { epoch_seconds: epochSeconds, epochs, series: [] }
  const rows = await db
    .selectFrom('history')
    .selectAll()
    .where('epoch', 'in', epochs)
    .orderBy('provider')
    .orderBy('model')
    .execute()
  const places = new Map(epochs.map((epoch, place) => [epoch, place]))
  const groups = Map.groupBy(rows, ({ provider, model }) => `${provider}\n${model}`)
  const series = [...groups.values()].map((own): HistorySeries => {
    const values = emptyValues(epochs.length)
    for (const { epoch, figures } of own) {
      const parsed = JSON.parse(figures) as Partial<HistoryFigures>
      for (const name of FIGURES) values[name][places.get(epoch)!] = parsed[name] ?? null
    }
    return { provider: own[0]!.provider, model: own[0]!.model, ...values }
  })
  return { epoch_seconds: epochSeconds, epochs, series }
}

const emptyValues = (length: number) =>
  Object.fromEntries(FIGURES.map((name) => [name, new Array(length).fill(null)])) as Record<
    (typeof FIGURES)[number],
    (number | null)[]
  >

/** Of epochs, newest first, those to show; oldest first. */
export function thinned(newestFirst: readonly number[], epochSeconds: number): number[] {
  const shown = newestFirst.slice(0, RECENT_EPOCHS)
  const earliest = (newestFirst[0] ?? 0) - (DAYS * 86_400) / epochSeconds
  const slot = (epoch: number) => Math.floor((epoch * epochSeconds) / COARSE_S)
  let last = slot(shown.at(-1) ?? 0)
  for (const epoch of newestFirst.slice(RECENT_EPOCHS)) {
    if (epoch < earliest || slot(epoch) === last) continue
    last = slot(epoch)
    shown.push(epoch)
  }
  return shown.reverse()
}

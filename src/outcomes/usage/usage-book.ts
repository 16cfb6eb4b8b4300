import { BoundedMap } from '../../base/bounded-map.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { JsonObject, RequestRecord } from '../../plugins/api.ts'
import { type DayUsage, UsageRow } from './usage-row.ts'

/** Clients that are kept; the ones unused for longest go first. */
const CLIENTS = 1_000
/** Rows (client, day, endpoint, model) of all together; what comes later shares the row `other` of its day. */
const ROWS = 10_000
/** Of an endpoint and a model together: clients may invent some. Longer ones share that row, too. */
const MAX_NAMES_LENGTH = 300
const OTHER = 'other'
const DAY_MS = 86_400_000
/** A month, and today. */
const DAYS_KEPT = 32
/** 1 January 1970 was a Thursday: three days after a Monday. */
const MONDAY = 3

/** What a client used since the beginning, and in this UTC day, week (from Monday) and month. USD. */
export interface UsageTotals {
  readonly all: number
  readonly day: number
  readonly week: number
  readonly month: number
}

/** One day of one endpoint and model. */
export interface ActivityRow extends Readonly<Omit<UsageRow, 'add' | 'merge' | 'encode' | 'restore'>> {
  /** UTC, `2026-11-28`. */
  readonly date: string
}

/** What requests of one client used on one day of one endpoint and model, for others that share the book. */
export interface UsageDelta {
  readonly of: 'usage'
  readonly client: string
  /** UTC days since 1970. */
  readonly day: number
  readonly endpoint: string
  readonly model: string
  /** See `UsageRow.encode`. */
  readonly sums: readonly number[]
}

/** Of a row, what no other book has been sent yet. */
interface Unsent {
  readonly client: string
  readonly day: number
  readonly sums: UsageRow
}

type Finished = Pick<RequestRecord, 'model' | 'operation' | 'time' | 'attempts'> & {
  readonly client?: string | undefined
}

class ClientUsage {
  all = 0
  readonly days = new Map<number, DayUsage>()
}

/**
 * What each client used, by day, endpoint and model, for a month: a client is the fingerprint of its key, '' where none
 * is asked for. O(1) per request, and bounded.
 */
export class UsageBook {
  readonly #clients = new BoundedMap<string, ClientUsage>(CLIENTS)
  #rows = 0
  #newestDay = 0
  #revision = 0
  readonly #unsent = new Map<UsageRow, Unsent>()
  /** Whether what is taken is kept for `drain`: others share the book. */
  isShared = false

  /** Grows with everything taken. */
  get revision(): number {
    return this.#revision
  }

  take({ client = '', model, operation, time, attempts }: Finished): void {
    // A count of tokens is free.
    if (operation === 'counting') return
    const day = dayOf(time)
    for (let at = 0; at < attempts.length; at++) {
      const attempt = attempts[at]!
      if (attempt.kind !== 'ok' && !attempt.usage && !attempt.costUsd) continue
      this.#begin(day)
      const usage = this.#clients.get(client) ?? this.#newClient(client)
      const row = this.#row(usage, day, attempt.endpoint, model)
      usage.all += attempt.costUsd ?? 0
      row.add(attempt)
      if (this.isShared) this.#unsentOf(row, client, day).add(attempt)
    }
  }

  /** Hands over what was taken since the last time, summed up, for others that share the book. */
  drain(): UsageDelta[] {
    const deltas = [...this.#unsent].map(([{ endpoint, model }, { client, day, sums }]): UsageDelta => {
      return { of: 'usage', client, day, endpoint, model, sums: sums.encode() }
    })
    this.#unsent.clear()
    return deltas
  }

  /** Takes over what requests used elsewhere. */
  merge({ client, day, endpoint, model, sums }: UsageDelta): void {
    this.#begin(day)
    const usage = this.#clients.get(client) ?? this.#newClient(client)
    const used = new UsageRow(endpoint, model)
    used.restore(sums)
    this.#row(usage, day, endpoint, model).merge(used)
    usage.all += used.costUsd
  }

  /** Of one client, or of all. */
  totals(client: string | undefined, now: number): UsageTotals {
    const today = dayOf(now)
    const monday = today - ((today + MONDAY) % 7)
    const first = dayOf(Date.UTC(new Date(now).getUTCFullYear(), new Date(now).getUTCMonth()))
    const totals = { all: 0, day: 0, week: 0, month: 0 }
    for (const usage of this.#of(client)) {
      totals.all += usage.all
      for (const [day, endpoints] of usage.days) {
        if (day < Math.min(monday, first)) continue
        const cost = costOf(endpoints)
        if (day === today) totals.day += cost
        if (day >= monday) totals.week += cost
        if (day >= first) totals.month += cost
      }
    }
    return totals
  }

  /** USD that a client has used of a model in this UTC day. */
  spent(client: string, model: string, now: number): number {
    let spent = 0
    for (const models of this.#clients.get(client)?.days.get(dayOf(now))?.values() ?? [])
      spent += models.get(model)?.costUsd ?? 0
    return spent
  }

  /** Of one client, or of all: newest day first. */
  activity(client: string | undefined, now: number): ActivityRow[] {
    const oldest = dayOf(now) - DAYS_KEPT
    const merged = new Map<string, { day: number; row: UsageRow }>()
    for (const { days } of this.#of(client)) {
      for (const [day, endpoints] of days) {
        if (day <= oldest) continue
        for (const [endpoint, models] of endpoints) {
          for (const [model, row] of models) {
            const key = JSON.stringify([day, endpoint, model])
            const known = merged.get(key) ?? { day, row: new UsageRow(endpoint, model) }
            known.row.merge(row)
            merged.set(key, known)
          }
        }
      }
    }
    return [...merged.values()]
      .sort((a, b) => b.day - a.day || b.row.costUsd - a.row.costUsd)
      .map(({ day, row }) => ({ ...row, date: dateOf(day) }))
  }

  encode(): JsonObject {
    return {
      clients: [...this.#clients.entries()].map(([client, { all, days }]) => [
        client,
        all,
        [...days].map(([day, endpoints]) => [
          day,
          [...endpoints].flatMap(([endpoint, models]) =>
            [...models].map(([model, row]) => [endpoint, model, ...row.encode()]),
          ),
        ]),
      ]),
    }
  }

  /** Takes what `encode` gave; what makes no sense is left out. */
  decode(state: unknown): void {
    if (!isObject(state)) return
    for (const saved of lists(state.clients)) {
      const [client, all, days] = saved
      if (typeof client !== 'string' || typeof all !== 'number') continue
      const usage = new ClientUsage()
      usage.all = all
      this.#clients.set(client, usage)
      for (const [day, rows] of lists(days)) {
        if (!Number.isInteger(day)) continue
        for (const [endpoint, model, ...numbers] of lists(rows)) {
          if (typeof endpoint === 'string' && typeof model === 'string' && numbers.every(Number.isFinite))
            this.#row(usage, day as number, endpoint, model).restore(numbers as number[])
        }
      }
    }
  }

  /** A day that something is to be added to. */
  #begin(day: number): void {
    if (day > this.#newestDay) this.#forget(day)
    this.#revision++
  }

  #unsentOf(row: UsageRow, client: string, day: number): UsageRow {
    let unsent = this.#unsent.get(row)
    if (unsent === undefined) {
      unsent = { client, day, sums: new UsageRow(row.endpoint, row.model) }
      this.#unsent.set(row, unsent)
    }
    return unsent.sums
  }

  #newClient(client: string): ClientUsage {
    const usage = new ClientUsage()
    this.#clients.set(client, usage)
    return usage
  }

  #row(usage: ClientUsage, day: number, endpoint: string, model: string): UsageRow {
    const endpoints = usage.days.get(day) ?? newDay(usage, day)
    const known = endpoints.get(endpoint)?.get(model)
    if (known) return known
    const fits = this.#rows < ROWS && endpoint.length + model.length <= MAX_NAMES_LENGTH
    if (!fits && endpoint !== OTHER) return this.#row(usage, day, OTHER, OTHER)
    this.#rows++
    const models = endpoints.get(endpoint) ?? new Map<string, UsageRow>()
    endpoints.set(endpoint, models)
    const row = new UsageRow(endpoint, model)
    models.set(model, row)
    return row
  }

  /** A new day has begun: what is too old for any report goes. */
  #forget(today: number): void {
    this.#newestDay = today
    this.#rows = 0
    for (const [, { days }] of this.#clients.entries()) {
      for (const [day, endpoints] of days) {
        if (day <= today - DAYS_KEPT) days.delete(day)
        else for (const models of endpoints.values()) this.#rows += models.size
      }
    }
  }

  *#of(client: string | undefined): Iterable<ClientUsage> {
    if (client === undefined) for (const [, usage] of this.#clients.entries()) yield usage
    else {
      const usage = this.#clients.get(client)
      if (usage) yield usage
    }
  }
}

function newDay(usage: ClientUsage, day: number): DayUsage {
  const endpoints: DayUsage = new Map()
  usage.days.set(day, endpoints)
  return endpoints
}

const dayOf = (ms: number) => Math.floor(ms / DAY_MS)
const dateOf = (day: number) => new Date(day * DAY_MS).toISOString().slice(0, 10)

function costOf(endpoints: DayUsage): number {
  let cost = 0
  for (const models of endpoints.values()) for (const row of models.values()) cost += row.costUsd
  return cost
}

const lists = (value: unknown): unknown[][] => (Array.isArray(value) ? value.filter(Array.isArray) : [])

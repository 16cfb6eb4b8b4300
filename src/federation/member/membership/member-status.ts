import { join } from 'node:path'
import { readIfThere } from '../../../base/files/read-if-there.ts'
import { writeWhole } from '../../../base/files/write-whole.ts'
import { isObject } from '../../../base/json/is-object.ts'
import type { Incident, PublicEndpoint } from '../../protocol/types.ts'
import { printable, refusalOf } from './hub-http.ts'

export type Duty = 'report' | 'map' | 'incidents' | 'alarm' | 'disk'

/** What went wrong last in a duty, until it goes well again. */
export interface Problem {
  /** Unix seconds. */
  readonly at: number
  readonly reason: string
}

/** status.json: how the membership does, for `router federation status`. Times in Unix seconds. */
export interface StatusFile {
  readonly version: 1
  readonly written_at: number
  readonly hub: string
  readonly member: string
  readonly last_report?: { readonly epoch: number; readonly at: number; readonly cells: number }
  /** Reports that wait to be sent. */
  readonly waiting: number
  readonly last_map?: { readonly epoch: number; readonly at: number; readonly cells: number; readonly members: number }
  /** Configured endpoints, those with a public name, and those that the map says something of. */
  readonly endpoints: { readonly configured: number; readonly public: number; readonly with_prior: number }
  readonly incidents: readonly Incident[]
  /** The hub's clock less this machine's. */
  readonly clock_difference_s?: number
  readonly problems: Readonly<Partial<Record<Duty, Problem>>>
  /** Public models reported within the last day: [provider, model, epoch]. */
  readonly reported: readonly (readonly [provider: string, model: string, epoch: number])[]
}

/** Counted since the start, for /metrics. */
export interface Counts {
  reports: number
  refused: number
  maps: number
  alarms: number
  failures: number
}

const FILE = 'status.json'
const DAY_S = 86_400
/** The last second that a Date can hold. */
const LATEST_S = 8_640_000_000_000
/** Public models remembered as reported. */
const MAX_REPORTED = 2_000

/** How a membership does, in memory and, when it has changed, on disk. */
export class MemberStatus {
  readonly counts: Counts = { reports: 0, refused: 0, maps: 0, alarms: 0, failures: 0 }
  lastReport: StatusFile['last_report']
  lastMap: StatusFile['last_map']
  clockDifferenceS: number | undefined
  incidents: readonly Incident[] = []
  readonly #directory: string
  readonly #about: { readonly hub: string; readonly member: string; readonly epochSeconds: number }
  readonly #problems = new Map<Duty, Problem>()
  readonly #lost = new Set<Duty>()
  readonly #reported = new Map<string, number>()
  #written = ''

  constructor(
    directory: string,
    about: { readonly hub: string; readonly member: string; readonly epochSeconds: number },
  ) {
    this.#directory = directory
    this.#about = about
  }

  /** Takes what an earlier run of the same membership left. */
  load(): void {
    const file = readStatus(this.#directory)
    if (file?.member !== this.#about.member) return
    this.lastReport = file.last_report
    this.lastMap = file.last_map
    for (const [provider, model, epoch] of file.reported) this.#reported.set(`${provider}\n${model}`, epoch)
  }

  /** `error`: what was thrown; a hub that answers no is where it was. */
  failed(duty: Duty, reason: string, now: number, error?: unknown): void {
    this.counts.failures += 1
    if (refusalOf(error) === undefined) this.#lost.add(duty)
    else this.#lost.delete(duty)
    this.#problems.set(duty, { at: Math.floor(now / 1000), reason: printable(reason) })
  }

  /** True when it had gone wrong before. */
  well(duty: Duty): boolean {
    this.#lost.delete(duty)
    return this.#problems.delete(duty)
  }

  /** Whether a duty fails, and not because the hub said no: it may be elsewhere, or have another key. */
  isLost(duty: Duty): boolean {
    return this.#lost.has(duty)
  }

  problem(duty: Duty): string | undefined {
    return this.#problems.get(duty)?.reason
  }

  reported(endpoints: Iterable<PublicEndpoint>, epoch: number): void {
    for (const { provider, model } of endpoints) this.#reported.set(`${provider}\n${model}`, epoch)
    const oldest = epoch - DAY_S / this.#about.epochSeconds
    for (const [key, last] of this.#reported)
      if (last < oldest || this.#reported.size > MAX_REPORTED) this.#reported.delete(key)
  }

  /** Whether anything of a model was reported in the day before `epoch`. */
  hasReported({ provider, model }: PublicEndpoint, epoch: number): boolean {
    const last = this.#reported.get(`${provider}\n${model}`)
    return last !== undefined && last >= epoch - DAY_S / this.#about.epochSeconds
  }

  /**
   * Writes the file when it says something new, and each minute, which shows that somebody is at work. Rejects with the
   * system's error.
   */
  async save(more: Pick<StatusFile, 'waiting' | 'endpoints'>, now: number): Promise<void> {
    const status = {
      hub: this.#about.hub,
      member: this.#about.member,
      ...(this.lastReport && { last_report: this.lastReport }),
      ...(this.lastMap && { last_map: this.lastMap }),
      ...more,
      incidents: this.incidents,
      ...(this.clockDifferenceS !== undefined && { clock_difference_s: this.clockDifferenceS }),
      problems: Object.fromEntries(this.#problems),
      reported: [...this.#reported].map(
        ([key, epoch]) => [...key.split('\n'), epoch] as unknown as [string, string, number],
      ),
    }
    const text = `${Math.floor(now / 60_000)}${JSON.stringify(status)}`
    if (text === this.#written) return
    const file: StatusFile = { version: 1, written_at: Math.floor(now / 1000), ...status }
    this.#written = text
    await writeWhole(join(this.#directory, FILE), JSON.stringify(file))
  }
}

/** The file as it was written last; undefined when there is none, or none that can be read. */
export function readStatus(directory: string): StatusFile | undefined {
  try {
    const file: unknown = JSON.parse(readIfThere(join(directory, FILE))?.toString() ?? 'null')
    return isStatus(file) ? file : undefined
  } catch {
    return undefined
  }
}

function isStatus(file: unknown): file is StatusFile {
  if (!isObject(file) || file.version !== 1) return false
  const { last_report, last_map, problems, incidents, reported, endpoints } = file
  return (
    [last_report, last_map].every((last) => last === undefined || hasTime(last)) &&
    isObject(problems) &&
    Object.values(problems).every(hasTime) &&
    isObject(endpoints) &&
    Array.isArray(incidents) &&
    incidents.every(isObject) &&
    Array.isArray(reported) &&
    reported.every((one) => Array.isArray(one) && one.length === 3)
  )
}

const hasTime = (value: unknown): boolean =>
  isObject(value) && typeof value.at === 'number' && Math.abs(value.at) <= LATEST_S

import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { IncidentFeed, type IncidentOptions } from '../incidents/incidents.ts'
import type { MapSource } from './map-source.ts'

/** Readers without a membership keep no stream open at the hub: they ask, and a CDN may answer. */
const ASK_MS = 60_000
/** A place without incidents may have some later. */
const NONE_MS = 600_000

export interface OpenIncidentOptions extends Omit<IncidentOptions, 'client'> {
  readonly source: Pick<MapSource, 'incidents'>
}

export interface OpenIncidents {
  stop(): void
}

/** Follows the signed incidents beside a map by asking each minute; where there are none, it is quiet. */
export function followIncidents({ source, ...options }: OpenIncidentOptions): OpenIncidents {
  const ending = new AbortController()
  const pause = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal, ref: false }).catch(() => {})
  const incidents = async (): Promise<Buffer> => {
    for (;;) {
      const document = await source.incidents()
      if (document) return document
      await pause(NONE_MS, ending.signal)
      ending.signal.throwIfAborted()
    }
  }
  // In place of a stream: a minute without a word, and then its end.
  const incidentStream = async (signal: AbortSignal): Promise<Readable> => {
    await pause(ASK_MS, signal)
    return Readable.from([])
  }
  const feed = new IncidentFeed({ ...options, client: { incidents, incidentStream } })
  void feed.run()
  return {
    stop: () => {
      feed.stop()
      ending.abort()
    },
  }
}

import type { HubStore } from '../database/open.ts'
import type { HubSettings } from '../settings.ts'
import { publishProbes } from './publish-probes.ts'

/** Probes are in the map this soon, or within a sixth of a short epoch. */
const EVERY_S = 120
const SHARE = 1 / 6

export interface ProbePublisherOptions {
  readonly store: HubStore
  readonly settings: Pick<HubSettings, 'key' | 'epochSeconds'>
  /** The map was written anew. */
  readonly onMap: () => void | Promise<void>
  readonly onError: (error: unknown) => void
}

/** Puts new probes into the map from time to time. Every process runs one; who comes second finds it done. */
export class ProbePublisher {
  readonly #options: ProbePublisherOptions
  #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined

  constructor(options: ProbePublisherOptions) {
    this.#options = options
  }

  start(): void {
    const seconds = Math.min(EVERY_S, SHARE * this.#options.settings.epochSeconds)
    this.#timer = setInterval(() => void this.publish(), seconds * 1000).unref()
  }

  /** Waits for what is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#running
  }

  /** Never rejects. */
  publish(): Promise<void> {
    this.#running ??= this.#publish().finally(() => {
      this.#running = undefined
    })
    return this.#running
  }

  async #publish(): Promise<void> {
    const { store, settings, onMap, onError } = this.#options
    try {
      if (await publishProbes(store, settings, Date.now() / 1000)) await onMap()
    } catch (error) {
      onError(error)
    }
  }
}

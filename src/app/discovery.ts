import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../base/errors.ts'
import { readIfThere } from '../base/files/read-if-there.ts'
import { writeWhole } from '../base/files/write-whole.ts'
import { stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import type { Catalogue } from '../routing/catalogue.ts'
import { upstreamModels } from '../routing/upstream/upstream-models.ts'
import type { Discovered } from './known-models.ts'
import type { Log } from './log.ts'

const HOUR_MS = 3_600_000

type Lists = Readonly<Record<string, readonly string[]>>

const pathOf = (config: Config): string => join(stateDirectory(config), 'discovered-models.json')

/** What providers listed when they were last asked; nothing for a file that is not there, or broken. */
function keptLists(config: Config): Lists {
  try {
    const bytes = readIfThere(pathOf(config))
    return bytes ? (JSON.parse(bytes.toString()) as Lists) : {}
  } catch {
    return {}
  }
}

/** The lists of one configuration's providers, from the last time that they were asked; read when first asked for. */
const LISTS = new Map<string, Lists>()

export const discoveredIn = (config: Config): Discovered => {
  const path = pathOf(config)
  return (provider) => {
    let lists = LISTS.get(path)
    if (!lists) {
      lists = keptLists(config)
      LISTS.set(path, lists)
    }
    return Object.hasOwn(lists, provider) ? lists[provider] : undefined
  }
}

/** The router, as it is now. */
interface Router {
  readonly config: Config
  readonly engine: { readonly catalogue: Pick<Catalogue, 'providers'> }
}

/**
 * Asks the providers with `models: discover` for their lists, at the start, after a reload and every hour, beside
 * everything else: until one has answered, its last list counts, or else what the catalogue knows. A list that cannot
 * be had changes nothing. In processes that only answer requests `isAsking` is false: they read what was found.
 */
export class Discovery {
  readonly #router: Router
  readonly #log: Log
  readonly #isAsking: boolean
  #timer: NodeJS.Timeout | undefined
  #asking: Promise<void> | undefined

  constructor(router: Router, log: Log, isAsking: boolean) {
    this.#router = router
    this.#log = log
    this.#isAsking = isAsking
  }

  /** Returns at once. */
  start(): void {
    clearInterval(this.#timer)
    const { config } = this.#router
    if (![...config.providers.values()].some(({ models }) => models === 'discover')) return
    this.#timer = setInterval(() => this.refresh(), this.#isAsking ? HOUR_MS : HOUR_MS / 60).unref()
    this.refresh()
  }

  refresh(): void {
    const { config } = this.#router
    if (!this.#isAsking) LISTS.set(pathOf(config), keptLists(config))
    else this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
  }

  async #ask(): Promise<void> {
    const { config, engine } = this.#router
    const asked = [...engine.catalogue.providers.values()].filter(
      ({ id }) => config.providers.get(id)?.models === 'discover',
    )
    const answers = await upstreamModels(asked)
    const lists: Record<string, readonly string[]> = { ...keptLists(config) }
    for (const { provider, models, error } of answers) {
      if (models && models.length > 0) lists[provider] = models
      else this.#log.warn({ provider, reason: error ?? 'it lists none' }, 'The models of a provider cannot be listed')
    }
    LISTS.set(pathOf(config), lists)
    try {
      mkdirSync(stateDirectory(config), { recursive: true, mode: 0o700 })
      await writeWhole(pathOf(config), JSON.stringify(lists))
    } catch (error) {
      this.#log.warn({ reason: reasonOf(error) }, 'What providers list cannot be kept for the next start')
    }
  }

  close(): void {
    clearInterval(this.#timer)
  }
}

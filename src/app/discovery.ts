import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { reasonOf } from '../base/errors.ts'
import { readIfThere } from '../base/files/read-if-there.ts'
import { writeWhole } from '../base/files/write-whole.ts'
import { isObject } from '../base/json/is-object.ts'
import { stateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import type { Catalogue } from '../routing/catalogue.ts'
import { upstreamModels } from '../routing/upstream/upstream-models.ts'
import type { Discovered } from './known-models.ts'
import type { Log } from './log.ts'

const HOUR_MS = 3_600_000
/** After a provider that could not be asked; twice as long each time, up to the hour. */
const RETRY_MS = 60_000

/** Of one provider. The longest real lists have some ten thousand. */
const MAX_MODELS = 20_000
const MAX_NAME_LENGTH = 200
/** Not to be seen, or half a character. */
const UNSEEN = /\p{C}/u

type Lists = Readonly<Record<string, readonly string[]>>

/** Of what a provider lists, what can be the name of a model. */
const namesIn = (list: readonly unknown[]): string[] =>
  list
    .filter((name): name is string => typeof name === 'string' && name.length <= MAX_NAME_LENGTH)
    .filter((name) => name !== '' && name.trim() === name && !UNSEEN.test(name))
    .slice(0, MAX_MODELS)

const pathOf = (config: Config): string => join(stateDirectory(config), 'discovered-models.json')

/** What providers listed when they were last asked; nothing for a file that is not there, or broken. */
function keptLists(config: Config): Lists {
  try {
    const bytes = readIfThere(pathOf(config))
    const kept: unknown = bytes ? JSON.parse(bytes.toString()) : {}
    if (!isObject(kept)) return {}
    const lists = Object.entries(kept).map(([id, list]) => [id, Array.isArray(list) ? namesIn(list) : []] as const)
    return Object.fromEntries(lists.filter(([, list]) => list.length > 0))
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
 * be had changes nothing, and is asked for again sooner. In processes that only answer requests `isAsking` is false:
 * they read what was found.
 */
export class Discovery {
  readonly #router: Router
  readonly #log: Log
  readonly #isAsking: boolean
  #timer: NodeJS.Timeout | undefined
  /** Counts starts and the end: what was asked for before belongs to a configuration that is over. */
  #run = 0

  constructor(router: Router, log: Log, isAsking: boolean) {
    this.#router = router
    this.#log = log
    this.#isAsking = isAsking
  }

  /** Returns at once. */
  start(): void {
    this.close()
    const { config } = this.#router
    if (![...config.providers.values()].some(({ models }) => models === 'discover')) return
    if (this.#isAsking) return void this.#refresh(RETRY_MS)
    const read = () => LISTS.set(pathOf(config), keptLists(config))
    read()
    this.#timer = setInterval(read, HOUR_MS / 60).unref()
  }

  close(): void {
    this.#run++
    clearTimeout(this.#timer)
  }

  /** @param retryMs until those are asked again that do not answer */
  async #refresh(retryMs: number): Promise<void> {
    const run = this.#run
    const isWhole = await this.#ask(() => run === this.#run)
    if (run !== this.#run) return
    const next = isWhole ? RETRY_MS : Math.min(HOUR_MS, 2 * retryMs)
    this.#timer = setTimeout(() => void this.#refresh(next), isWhole ? HOUR_MS : retryMs).unref()
  }

  /** Whether all of them have answered. Each list counts as soon as it is there. */
  async #ask(isCurrent: () => boolean): Promise<boolean> {
    const { config, engine } = this.#router
    const path = pathOf(config)
    // Further keys of a provider come with the first.
    const asked = [...engine.catalogue.providers.values()].filter(
      ({ id, account }) => account === undefined && config.providers.get(id)?.models === 'discover',
    )
    let lists = keptLists(config)
    const answered = await Promise.all(
      asked.map(async (each) => {
        const [answer] = await upstreamModels([each])
        if (!isCurrent()) return false
        const { provider, models: listed = [], error = 'it lists none' } = answer!
        const models = namesIn(listed)
        if (models.length > 0) {
          lists = { ...lists, [provider]: models }
          LISTS.set(path, lists)
          return true
        }
        this.#log.warn({ provider, reason: error }, 'The models of a provider cannot be listed')
        return false
      }),
    )
    if (answered.includes(true) && isCurrent()) await this.#keep(config, lists)
    return !answered.includes(false)
  }

  async #keep(config: Config, lists: Lists): Promise<void> {
    try {
      mkdirSync(stateDirectory(config), { recursive: true, mode: 0o700 })
      await writeWhole(pathOf(config), JSON.stringify(lists))
    } catch (error) {
      this.#log.warn({ reason: reasonOf(error) }, 'What providers list cannot be kept for the next start')
    }
  }
}

import { statSync } from 'node:fs'
import { join } from 'node:path'
import { stateDirectory } from '../../config/find.ts'
import type { Config } from '../../config/types.ts'
import { federationDirectory } from '../../federation/member/federation-directory.ts'
import type { PriorSource } from '../../outcomes/beliefs/prior.ts'
import { canonicalNames } from '../canonical-name.ts'

/** How often another map is looked for. Milliseconds. */
const INTERVAL_MS = 10_000
/**
 * Of the membership of a hub, and of a map that is used without one; `status.json` names the incidents that are open.
 */
const FILES = ['member.json', 'map', 'status.json', 'open/map', 'open/status.json']

/** None of them is there. */
const NONE = FILES.map(() => '').join(' ')

/** Keeps a worker's prior as the membership's process leaves it on disk. Its timer keeps nothing alive. */
export class PriorWatch {
  readonly #book: { prior: PriorSource | undefined }
  readonly #file: PriorSource | undefined
  #config: Config
  #seen: string | undefined = NONE

  /** With what is there now. */
  static async start(book: { prior: PriorSource | undefined }, config: Config): Promise<PriorWatch> {
    const watch = new PriorWatch(book, config)
    await watch.#look()
    setInterval(() => void watch.#look(), INTERVAL_MS).unref()
    return watch
  }

  private constructor(book: { prior: PriorSource | undefined }, config: Config) {
    this.#book = book
    this.#file = book.prior
    this.#config = config
  }

  async reconfigure(config: Config): Promise<void> {
    this.#config = config
    if (this.#seen !== NONE) this.#seen = undefined
    await this.#look()
  }

  async #look(): Promise<void> {
    const directory = federationDirectory(stateDirectory(this.#config))
    const seen = FILES.map((name) => statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? '').join(
      ' ',
    )
    if (seen === this.#seen) return
    this.#seen = seen
    // Loaded only where there is a membership, or was.
    const { priorOnDisk } = await import('../../federation/member/map/prior-on-disk.ts')
    this.#book.prior = priorOnDisk(directory, this.#config, this.#file, canonicalNames(this.#config))
  }
}

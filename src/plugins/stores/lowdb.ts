import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Adapter, Low } from 'lowdb'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { lockFile, lockOf } from '../../base/lock-file.ts'
import { defineStore, type JsonObject, type PluginContext, type StatsStore } from '../api.ts'

import { readStatsFile, removeLeftovers, setAside, writeStatsFile } from './stats-file.ts'

interface Options {
  readonly path: string
}

/** Between lowdb and the file: what is read is checked, what is written is written whole. */
class StatsAdapter implements Adapter<JsonObject> {
  readonly #path: string
  readonly #context: PluginContext

  constructor(path: string, context: PluginContext) {
    this.#path = path
    this.#context = context
  }

  async read(): Promise<JsonObject | null> {
    const file = await readStatsFile(this.#path)
    if (file === undefined) return null
    if (!('corrupt' in file)) return file.state
    if (this.#context.readOnly)
      throw new RouterError('ROUTER_STATS_UNREADABLE', { path: this.#path, reason: file.corrupt })
    const aside = await setAside(this.#path, this.#context.now())
    this.#context.log.warn(
      { path: this.#path, aside, reason: file.corrupt },
      'The stats file was corrupt and has been set aside. Stats start anew.',
    )
    return null
  }

  async write(state: JsonObject): Promise<void> {
    if (this.#context.readOnly) throw unwritable(this.#path, 'it was opened for reading')
    try {
      await writeStatsFile(this.#path, state, this.#context.now())
    } catch (error) {
      throw unwritable(this.#path, error)
    }
  }
}

/**
 * Stats in one JSON file, the default store. The file is this process's alone from `create` to `close`: a second one is
 * refused with ROUTER_STATE_LOCKED. `load` rejects with ROUTER_STATS_UNREADABLE rather than start from nothing over a
 * file that it may not read, and `save` with ROUTER_STATE_UNWRITABLE, leaving the file as it was. With
 * `context.readOnly` nothing is locked, written or renamed. Relative paths are below the config file's folder.
 */
export default defineStore<Options>({
  name: 'lowdb',
  schema: {
    type: 'object',
    description: 'One file, written whole.',
    additionalProperties: false,
    properties: {
      path: {
        type: 'string',
        minLength: 1,
        default: '.router/stats.json',
        description: 'The JSON file; its folder is made with mode 0700.',
      },
    },
  },
  async create(options, context): Promise<StatsStore> {
    const path = resolve(context.directory, options.path)
    let unlock = context.readOnly ? () => {} : await takeOver(path)
    const empty: JsonObject = {}
    const database = new Low<JsonObject>(new StatsAdapter(path, context), empty)
    return {
      async load() {
        await database.read()
        const state = database.data
        database.data = empty
        return state === empty ? undefined : state
      },
      async save(state) {
        if (!context.readOnly && !existsSync(lockOf(path))) {
          // Somebody, or something that cleans up, has deleted the folder; another router may be here already.
          unlock()
          unlock = await takeOver(path)
          context.log.warn(
            { path: dirname(path) },
            'The state folder was deleted while the router runs. It is made anew.',
          )
        }
        database.data = state
        // Not kept after the write: the book has it all.
        await database.write().finally(() => {
          database.data = empty
        })
      },
      async close() {
        unlock()
      },
    }
  },
})

/** Makes the folder, locks the file and clears what a killed process left. Returns the release of the lock. */
async function takeOver(path: string): Promise<() => void> {
  let unlock: (() => void) | undefined
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    unlock = lockFile(path)
    await removeLeftovers(path)
    return unlock
  } catch (error) {
    unlock?.()
    throw error instanceof RouterError ? error : unwritable(path, error)
  }
}

const unwritable = (path: string, error: unknown) =>
  new RouterError('ROUTER_STATE_UNWRITABLE', { path: dirname(path), reason: reasonOf(error) }, { cause: error })

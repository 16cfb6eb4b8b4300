import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { RouterError, reasonOf } from '../base/errors.ts'
import { makeStateDirectory } from '../config/find.ts'
import type { Config } from '../config/types.ts'
import { Archive } from '../responses/archive.ts'
import { Cipher, readSecret } from '../responses/cipher.ts'
import { ItemMemory } from '../responses/item-memory.ts'
import { Recall } from '../responses/recall.ts'
import { ResponseStore } from '../responses/response-store.ts'
import type { Engine } from '../routing/engine.ts'
import type { ServerParts } from '../server/parts.ts'
import type { Log } from './log.ts'
import type { AppState, Sharing } from './sharing.ts'

/** In the state folder. */
const DATABASE = 'responses.db'
const SECRET = 'responses.key'

/** What is kept of answers, as configured. Throws ROUTER_STATE_UNWRITABLE. */
export async function openArchive(config: Config, log: Log, sharing?: Sharing): Promise<Archive> {
  const { store, rememberItemsMs } = config.responses
  let failed = false
  return new Archive({
    items: new ItemMemory(rememberItemsMs),
    store: store && (await openStore(config, store, log)),
    now: Date.now,
    onError: (error) => {
      if (!failed) log.warn({ reason: reasonOf(error) }, 'An answer could not be kept or read; later ones are tried')
      failed = true
    },
    onDelta: sharing?.onDelta,
  })
}

async function openStore(
  config: Config,
  limits: NonNullable<Config['responses']['store']>,
  log: Log,
): Promise<ResponseStore> {
  const directory = makeStateDirectory(config, log)
  const path = join(directory, DATABASE)
  const cipher = new Cipher(readSecret(join(directory, SECRET)))
  try {
    return await ResponseStore.open(path, cipher, limits)
  } catch (error) {
    if (!/not a database|malformed/.test(reasonOf(error))) throw unwritable(path, error)
    const aside = `${path}.broken-${Date.now()}`
    renameSync(path, aside)
    log.error({ path, aside, reason: reasonOf(error) }, 'The kept answers cannot be read; they have been set aside')
    return await ResponseStore.open(path, cipher, limits)
  }
}

const unwritable = (path: string, error: unknown) =>
  new RouterError('ROUTER_STATE_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error })

/** What the server needs to know what requests refer to, and to keep what they may refer to. */
export function createRecall(
  engine: Engine,
  archive: Archive,
  state: Pick<AppState, 'find'>,
  files: ServerParts['owners'],
): Pick<ServerParts, 'recall' | 'responses' | 'watch'> {
  const recall = new Recall({
    codec: engine.codec,
    owners: engine.state.owners,
    archive,
    fileOwner: (id) => files.find(id),
    catalogue: () => engine.catalogue,
    find: (id, signal) => state.find(id, signal),
    now: engine.now,
  })
  return {
    recall: (call, account) => recall.recall(call, account),
    watch: (call, account, sink) => archive.watch(call, account, sink),
    responses: {
      keeper: (id, account) => recall.keeper(id, account),
      get: (id, account) => archive.get(account, id)?.response,
      inputItems: (id, account) => archive.inputItems(account, id),
      delete: (id, account) => {
        engine.state.owners.forget(account, id)
        archive.delete(account, id)
      },
    },
  }
}

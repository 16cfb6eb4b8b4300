import { Recall } from '../responses/recall.ts'
import type { Engine } from '../routing/engine.ts'
import type { ServerParts } from '../server/parts.ts'
import type { AppState } from './sharing.ts'

/** What the server needs to know what requests refer to. */
export function createRecall(engine: Engine, state: Pick<AppState, 'find'>): ServerParts['recall'] {
  const recall = new Recall({
    codec: engine.codec,
    owners: engine.state.owners,
    catalogue: () => engine.catalogue,
    find: (id, signal) => state.find(id, signal),
    now: engine.now,
  })
  return (call, account) => recall.recall(call, account)
}

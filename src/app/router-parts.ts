import type { Config } from '../config/types.ts'
import type { PluginRegistry } from '../plugins/registry.ts'
import type { Archive } from '../responses/archive.ts'
import type { Catalogue } from '../routing/catalogue.ts'
import type { Log } from './log.ts'
import type { Observers } from './observers.ts'
import type { AppState, Sharing } from './sharing.ts'
import type { State } from './state.ts'

/** What a running router is put together from. */
export interface RouterParts {
  readonly config: Config
  readonly lasting: PluginRegistry
  readonly registry: PluginRegistry
  readonly catalogue: Catalogue
  readonly state: AppState
  readonly held?: State
  readonly observers: Observers
  readonly archive: Archive
  readonly log: Log
  readonly sharing?: Sharing
}

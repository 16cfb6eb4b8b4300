import type { Continent } from '../federation/protocol/words.ts'
import type { Operation } from '../plugins/api.ts'
import type { ChatProbe } from './schema/probes.ts'

/** A map that is used without joining its hub. */
export interface OpenMapConfig {
  /** A URL, or an absolute path. */
  readonly from: string
  /** The hub's public key, or its fingerprint. */
  readonly key: string
  /** Of a private hub. */
  readonly readKey?: string
}

/** What is measured for a hub. */
export interface ProbesConfig {
  /** Endpoints, `provider/upstream-model`, with `*` for any text. */
  readonly models: readonly string[]
  /** By the same: what is asked for where that is no chat. */
  readonly operations: Readonly<Record<string, Operation>>
  readonly chats: readonly ChatProbe[]
  readonly intervalMs: number
  readonly place: string
  readonly continent: Continent
  /** Each day, UTC. */
  readonly budgetUsd: number
  readonly maxOutputTokens: number
  readonly concurrency: number
  readonly timeoutMs: number
}

/** What counts once the router has joined a hub, and before. */
export interface FederationConfig {
  readonly enabled: boolean
  /** Address of the hub that it shall have joined, without a slash at the end. */
  readonly hub?: string
  /** Used while no hub is joined. */
  readonly map?: OpenMapConfig
  /** False: nothing is sent. */
  readonly share: boolean
  /** Absent: as chosen when joining. */
  readonly noise?: boolean
  readonly grids: boolean
  /** False: effective prices stay at home. */
  readonly prices: boolean
  /** False: what was found of the quality of answers does. */
  readonly quality: boolean
  /** Absent: as given when joining. */
  readonly continent?: Continent
  /** Public names by configured provider. */
  readonly providers: Readonly<Record<string, string>>
  /** Endpoints, `provider/upstream-model`, whose model is public although the catalogue does not know it. */
  readonly models: readonly string[]
  readonly incidents: boolean
}

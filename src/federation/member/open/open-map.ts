import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OpenMapConfig } from '../../../config/types.ts'
import { SEED_FADE_S } from '../../protocol/limits.ts'
import type { HubMap } from '../../protocol/types.ts'
import { MapFile, type MapTerms } from '../map/map-file.ts'
import { readChain } from './key-chain.ts'
import { isUrl } from './map-source.ts'

/** The folder of a map that is used without a membership, inside of the federation's. */
export const openDirectory = (directory: string): string => join(directory, 'open')

/** A map in a file may be a seed, shipped long ago. */
export const lastsOf = ({ from }: OpenMapConfig): { readonly lastsS?: number } =>
  isUrl(from) ? {} : { lastsS: SEED_FADE_S }

/** @param directory where the chain of the hub's keys is kept */
export const openTerms = (directory: string, map: OpenMapConfig): MapTerms => ({
  hub: map.from,
  hubKey: map.key,
  succession: readChain(directory),
  ...lastsOf(map),
})

/**
 * The map that a router of this state folder uses, for a command that only looks: what the router took last; of a map
 * in a file, the file, where that is a good one. Undefined when there is none yet.
 * @throws RouterError ROUTER_FEDERATION_HUB when what is there is no good map
 */
export function openMapOnDisk(directory: string, map: OpenMapConfig): HubMap | undefined {
  const kept = new MapFile(directory, openTerms(directory, map))
  if (isUrl(map.from)) {
    kept.load()
    return kept.held
  }
  try {
    return kept.check(readFileSync(map.from), Date.now())
  } catch (error) {
    kept.load()
    if (kept.held) return kept.held
    throw error
  }
}

import { join } from 'node:path'
import { readIfThere } from '../../../base/files/read-if-there.ts'
import { writeWhole } from '../../../base/files/write-whole.ts'
import { unseal } from '../../protocol/signed.ts'
import { leadsTo } from '../../protocol/succession.ts'
import type { MapSource } from './map-source.ts'

const FILE = 'succession.json'

/** What was kept of it; empty when there is nothing, or nothing that can be read. It proves itself. */
export function readChain(directory: string): readonly string[] {
  try {
    const chain: unknown = JSON.parse(readIfThere(join(directory, FILE))?.toString() ?? '[]')
    return Array.isArray(chain) ? chain.filter((link) => typeof link === 'string') : []
  } catch {
    return []
  }
}

/** Rejects with the system's error. */
export const keepChain = (directory: string, chain: readonly string[]): Promise<void> =>
  writeWhole(join(directory, FILE), JSON.stringify(chain))

/**
 * The chain from a pinned key to the one that signed a document: the known one, or what the source says now where only
 * that leads there.
 */
export async function chainTo(
  document: Buffer,
  pinned: string,
  known: readonly string[],
  source: Pick<MapSource, 'succession'>,
): Promise<readonly string[]> {
  let key: string
  try {
    key = unseal(document).key
  } catch {
    return known
  }
  if (leadsTo(pinned, key, known)) return known
  const said = await source.succession()
  return leadsTo(pinned, key, said) ? said : known
}

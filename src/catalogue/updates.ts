import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere } from '../base/files/read-if-there.ts'
import { writeWhole } from '../base/files/write-whole.ts'
import { bundledRows, type CatalogueInfo, isPlainName } from './bundled.ts'
import type { ModelCatalogue } from './known-model.ts'
import { createModelCatalogue } from './model-catalogue.ts'
import type { Row } from './row.ts'

/** Where an update came from, and what it was held to. */
export interface UpdateOrigin {
  readonly source: string
  readonly sha256: string
  readonly etag?: string
  readonly publicKey?: string
}

/** What an update holds, and in which folder. */
interface Update extends CatalogueInfo {
  readonly folder: string
  /** Absent in those of older versions. */
  readonly origin?: UpdateOrigin
}

const CURRENT = 'current.json'

/** Below the state folder. */
const updatesIn = (stateDirectory: string): string => join(stateDirectory, 'models')

/** The catalogue that comes with the router, and over it the last update. */
export function openCatalogue(stateDirectory: string): ModelCatalogue {
  const folder = updatesIn(stateDirectory)
  const update = currentUpdate(stateDirectory)
  return createModelCatalogue((service) => {
    const rows = bundledRows(service)
    const newer = update && isPlainName(service) ? rowsIn(join(folder, update.folder, `${service}.json`)) : []
    return newer.length > 0 ? renewed(rows, newer) : rows
  })
}

/** What was last updated; undefined for nothing, and for a file that is broken. */
export function currentUpdate(stateDirectory: string): Update | undefined {
  return parsed<Update>(join(updatesIn(stateDirectory), CURRENT))
}

/**
 * Keeps an update: readers see the old one or the new one, whole.
 * @throws the system's error, the old update as it was
 */
export async function keepUpdate(
  stateDirectory: string,
  rows: ReadonlyMap<string, readonly Row[]>,
  info: Pick<Update, 'date' | 'sources' | 'origin'>,
): Promise<void> {
  const folder = updatesIn(stateDirectory)
  const files = [...rows]
    .filter(([service]) => isPlainName(service))
    .map(([service, models]) => [service, JSON.stringify(models)] as const)
  const hash = createHash('sha256')
  for (const [service, text] of files) hash.update(service).update(text)
  const name = hash.digest('hex').slice(0, 16)
  mkdirSync(join(folder, name), { recursive: true, mode: 0o700 })
  for (const [service, text] of files) writeFileSync(join(folder, name, `${service}.json`), text, { mode: 0o600 })
  const services = Object.fromEntries([...rows].map(([service, models]) => [service, models.length]))
  const update: Update = { ...info, folder: name, services }
  await writeWhole(join(folder, CURRENT), JSON.stringify(update))
  for (const entry of readdirSync(folder, { withFileTypes: true }))
    if (entry.isDirectory() && entry.name !== name) rmSync(join(folder, entry.name), { recursive: true, force: true })
}

/**
 * Facts of an update in place of those that came with the router. A price that has not changed stays as it was: the
 * table knows more of it, such as the tiers.
 */
function renewed(rows: readonly Row[], newer: readonly Row[]): Row[] {
  const all = new Map(rows.map((row) => [row.id, row]))
  for (const row of newer) {
    const before = all.get(row.id)
    const same =
      before?.price &&
      (!row.price || (before.price.prompt === row.price.prompt && before.price.completion === row.price.completion))
    const canonical = before?.canonical ?? row.canonical
    all.set(row.id, {
      ...row,
      ...(canonical !== undefined && { canonical }),
      ...(same ? { price: before.price! } : before?.price && { priceIsNewer: true as const }),
    })
  }
  return [...all.values()]
}

const rowsIn = (path: string): readonly Row[] => parsed<readonly Row[]>(path) ?? []

/** A file of the state folder that cannot be used is none: what came with the router is still there. */
function parsed<T>(path: string): T | undefined {
  try {
    const bytes = readIfThere(path)
    return bytes && (JSON.parse(bytes.toString()) as T)
  } catch {
    return undefined
  }
}

import { fileURLToPath } from 'node:url'
import { readIfThere } from '../base/files/read-if-there.ts'
import type { Row } from './row.ts'

/** Beside this file in the sources, and beside the bundle. */
const FOLDER = new URL('./models/', import.meta.url)

/** Where the table comes from. */
export interface CatalogueInfo {
  /** Day of the newest source. */
  readonly date: string
  readonly sources: readonly string[]
  /** Number of models by service. */
  readonly services: Readonly<Record<string, number>>
}

/** The models of a service that come with the router; none for a service that is not in the table. */
export const bundledRows = (service: string): readonly Row[] => readTable<readonly Row[]>(service) ?? []

export const bundledInfo = (): CatalogueInfo | undefined => readTable<CatalogueInfo>('_catalogue')

/** How good models are by one public benchmark, as shares of its best result, by canonical name. */
export interface QualityBenchmark {
  readonly name: string
  /** Address of the very version that the figures were read from. */
  readonly source: string
  readonly method: string
  readonly models: Readonly<Record<string, number>>
}

/** The newest first. */
export const bundledQualities = (): readonly QualityBenchmark[] =>
  readTable<readonly QualityBenchmark[]>('_quality') ?? []

/** Names come from configurations: nothing but a plain one is looked for on disk. */
export const isPlainName = (name: string): boolean => /^[a-z0-9_][a-z0-9._-]*$/.test(name)

function readTable<T>(name: string): T | undefined {
  if (!isPlainName(name)) return undefined
  const bytes = readIfThere(fileURLToPath(new URL(`${name}.json`, FOLDER)))
  return bytes && (JSON.parse(bytes.toString()) as T)
}

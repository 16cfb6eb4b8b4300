import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'

/** A file of the page. Its name carries the hash of its content, so it may be kept for ever. */
export interface PageAsset {
  readonly body: Buffer
  readonly contentType: string
}

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
}

/** All files of the folder in memory, by name: a handful, and no path from a request ever reaches the disk. */
export function readAssets(directory: string): ReadonlyMap<string, PageAsset> {
  return new Map(
    readdirSync(directory).map((name) => [
      name,
      { body: readFileSync(join(directory, name)), contentType: TYPES[extname(name)] ?? 'application/octet-stream' },
    ]),
  )
}

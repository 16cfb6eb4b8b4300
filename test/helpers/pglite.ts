/**
 * Databases for tests on PGlite. To make one takes seconds of processor time, so that each test process makes one, and
 * copies it.
 */
import { cp, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type HubStore, openDatabase } from '../../src/hub/database/open.ts'
import { removeDirectory, temporaryDirectory } from './directory.ts'

let made: Promise<string> | undefined

async function make(): Promise<string> {
  const directory = join(process.env.TEST_SHARED_DIRECTORY!, `pglite-${process.pid}`)
  await (await openDatabase({ kind: 'pglite', directory })).close()
  return directory
}

/**
 * Puts an empty database, its tables up to date, into a folder that is not there yet, as a hub leaves it that was
 * started and stopped.
 */
export async function copyPglite(directory: string): Promise<void> {
  made ??= make()
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 })
  await cp(await made, directory, { recursive: true })
}

/** An empty database in a folder that goes when it is closed. */
export async function openPglite(): Promise<HubStore> {
  const root = await temporaryDirectory()
  const directory = join(root, 'pglite')
  await copyPglite(directory)
  const store = await openDatabase({ kind: 'pglite', directory })
  return { ...store, close: () => store.close().finally(() => removeDirectory(root)) }
}

import { mkdirSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that others read at any time: they see the old one or the new one, whole, whenever this process ends. A temporary file beside it,
 * fsync, rename, fsync of the folder (which is made). Mode 0644: it is public. One writer of a path at a time in a process; several processes have
 * temporary files of their own. Throws the system's error and leaves the old file.
 */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o755 })
  const temporary = `${path}.${process.pid}.tmp`
  try {
    await withFile(temporary, 'w', async (file) => {
      await file.writeFile(bytes)
      await file.sync()
    })
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  await withFile(folder, 'r', (handle) => handle.sync())
}

async function withFile(path: string, flags: string, work: (file: Awaited<ReturnType<typeof open>>) => Promise<void>): Promise<void> {
  const file = await open(path, flags, 0o644)
  try {
    await work(file)
  } finally {
    await file.close()
  }
}

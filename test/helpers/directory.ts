import { execFileSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const temporaryDirectory = (): Promise<string> => mkdtemp(join(tmpdir(), 'router-test-'))

/** Tries again where a process that is ending has just written something. */
export const removeDirectory = (path: string): Promise<void> =>
  rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })

/** Mounts a file system in memory on a folder; `options` as for `mount -o`. */
export const mountMemory = (path: string, options: string): void =>
  void execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path])

/** Throws while a file of it is open for writing, if it is to become read-only. */
export const remount = (path: string, options: string): void =>
  void execFileSync('mount', ['-o', `remount,${options}`, path], { stdio: 'pipe' })

export const unmount = (path: string): void => void execFileSync('umount', ['-l', path])

/** False where the tests may not mount: they need root on Linux. */
export function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  try {
    execFileSync('unshare', ['--mount', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { watchConfig } from '../../../src/config/watch.ts'

let directory: string
let path: string
let watcher: { close(): void }
let changes: number

function watch(): void {
  watcher = watchConfig(path, () => changes++, { intervalMs: 100 })
}

/** Lets the watcher look at the file that many times. */
async function looks(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    vi.advanceTimersByTime(100)
    // It sets its timer again once the file has been read.
    while (vi.getTimerCount() === 0) await new Promise(setImmediate)
  }
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  directory = mkdtempSync(join(tmpdir(), 'watch-'))
  path = join(directory, 'config.yaml')
  changes = 0
})
afterEach(() => {
  watcher.close()
  vi.useRealTimers()
  rmSync(directory, { recursive: true })
})

describe('watchConfig', () => {
  test('sees a file written in place, once for each change', async () => {
    writeFileSync(path, 'a')
    watch()
    await looks(3)
    expect(changes).toBe(0)
    writeFileSync(path, 'b')
    await looks(4)
    expect(changes).toBe(1)
    writeFileSync(path, 'a')
    await looks(4)
    expect(changes).toBe(2)
  })

  test('sees another file renamed over it, as editors do', async () => {
    writeFileSync(path, 'a')
    watch()
    writeFileSync(`${path}~`, 'b')
    renameSync(`${path}~`, path)
    await looks(2)
    expect(changes).toBe(1)
  })

  test('sees a symlink swapped above it, as Kubernetes does', async () => {
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(directory, version))
      writeFileSync(join(directory, version, 'config.yaml'), version)
    }
    symlinkSync('v1', join(directory, '..data'))
    symlinkSync('..data/config.yaml', path)
    watch()
    symlinkSync('v2', join(directory, '..next'))
    renameSync(join(directory, '..next'), join(directory, '..data'))
    await looks(2)
    expect(changes).toBe(1)
  })

  test('a file that goes away is no event; one that returns is, when it has changed', async () => {
    writeFileSync(path, 'a')
    watch()
    unlinkSync(path)
    await looks(3)
    writeFileSync(path, 'a')
    await looks(3)
    expect(changes).toBe(0)
    unlinkSync(path)
    await looks(1)
    writeFileSync(path, 'b')
    await looks(2)
    expect(changes).toBe(1)
  })

  test('a touch is no event', async () => {
    writeFileSync(path, 'a')
    watch()
    utimesSync(path, 1, 1)
    await looks(3)
    expect(changes).toBe(0)
  })

  test('a file that is still being written does not count', async () => {
    writeFileSync(path, 'whole')
    watch()
    for (const part of ['', 'wh', 'whole', 'whole n']) {
      writeFileSync(path, part)
      await looks(1)
    }
    expect(changes).toBe(0)
    writeFileSync(path, 'whole new')
    await looks(2)
    expect(changes).toBe(1)
  })

  test('close ends it', async () => {
    writeFileSync(path, 'a')
    watch()
    watcher.close()
    expect(vi.getTimerCount()).toBe(0)
  })
})

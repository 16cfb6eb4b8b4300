import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import type { JsonObject, StatsStore } from '../../../../src/plugins/api.ts'
import lowdb from '../../../../src/plugins/stores/lowdb.ts'
import memory from '../../../../src/plugins/stores/memory.ts'
import { readStatsFile } from '../../../../src/plugins/stores/stats-file.ts'
import { mayMount, mountMemory, removeDirectory, temporaryDirectory, unmount } from '../../../helpers/directory.ts'
import { spawnChild } from '../../../helpers/processes.ts'
import { NOW, outcome } from '../../outcomes/helpers.ts'
import { memoryLog } from '../../outcomes/records.ts'

let directory: string
let path: string
let log: ReturnType<typeof memoryLog>
let stores: StatsStore[]

beforeEach(async () => {
  directory = await temporaryDirectory()
  path = join(directory, '.router', 'stats.json')
  log = memoryLog()
  stores = []
})
afterEach(async () => {
  for (const store of stores) await store.close()
  await removeDirectory(directory)
})

async function open(options = { path: '.router/stats.json' }): Promise<StatsStore> {
  const store = await lowdb.create(options, { id: 'lowdb', directory, log, now: () => NOW })
  stores.push(store)
  return store
}

async function put(text: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

describe('the lowdb store', () => {
  it('gives back what was saved, from a private file in a private folder', async () => {
    const store = await open()
    expect(await store.load()).toBeUndefined()
    const book = new OutcomeBook()
    book.record(outcome())
    const state = book.snapshot(NOW)
    await store.save(state)
    await store.save(state)
    await store.close()
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700)
    expect(await readdir(dirname(path))).toEqual(['stats.json'])
    expect(await (await open()).load()).toEqual(JSON.parse(JSON.stringify(state)))
  })

  it('takes an absolute path as it is', async () => {
    const elsewhere = join(directory, 'deep', 'down', 'stats.json')
    await (await open({ path: elsewhere })).save({ a: 1 })
    expect(await readStatsFile(elsewhere)).toMatchObject({ state: { a: 1 } })
  })

  it('sets a corrupt file aside, names it, and starts anew', async () => {
    const junk = ['', '{', 'null', '[]', '{"state":{}}', '{"version":1}', '{"version":1,"state":[]}', '\u0000\u0000']
    for (const [i, text] of junk.entries()) {
      await put(text)
      const store = await lowdb.create({ path }, { id: 'lowdb', directory, log, now: () => NOW + i * 1000 })
      expect(await store.load()).toBeUndefined()
      const { aside } = log.lines.at(-1)!.fields
      expect(log.lines.at(-1)!.level).toBe('warn')
      expect(aside).toMatch(/stats\.json\.corrupt-20260301T1200\d+Z$/)
      await store.save({ new: true })
      expect(await readFile(String(aside), 'utf8')).toBe(text)
      await store.close()
    }
    expect(log.lines).toHaveLength(junk.length)
  })

  it('refuses the file of a newer router and leaves it alone', async () => {
    const text = '{"version":2,"state":{}}'
    await put(text)
    await expect((await open()).load()).rejects.toMatchObject({
      code: 'ROUTER_STATS_UNREADABLE',
      message: expect.stringContaining('format 2'),
    })
    expect(await readFile(path, 'utf8')).toBe(text)
    expect(await readdir(dirname(path))).toEqual(['stats.json', 'stats.json.lock'])
  })

  it('refuses a file that cannot be read', async () => {
    await mkdir(path, { recursive: true })
    await expect((await open()).load()).rejects.toMatchObject({
      code: 'ROUTER_STATS_UNREADABLE',
      message: expect.stringContaining(path),
    })
  })

  it.skipIf(process.getuid?.() === 0)('refuses a file that it may not read', async () => {
    await put('{"version":1,"state":{}}')
    await chmod(path, 0)
    await expect((await open()).load()).rejects.toMatchObject({
      code: 'ROUTER_STATS_UNREADABLE',
      message: expect.stringContaining('EACCES'),
    })
  })

  it('says when its folder cannot be made', async () => {
    await writeFile(join(directory, '.router'), 'in the way')
    await expect(open()).rejects.toMatchObject({
      code: 'ROUTER_STATE_UNWRITABLE',
      message: expect.stringContaining(dirname(path)),
    })
  })

  it.runIf(mayMount())('keeps the old file when the disk is full, and saves again when it is not', async () => {
    await mkdir(dirname(path))
    mountMemory(dirname(path), 'size=256k')
    try {
      const store = await open()
      await store.save({ generation: 1 })
      const large: JsonObject = { generation: 2, padding: 'x'.repeat(300_000) }
      await expect(store.save(large)).rejects.toMatchObject({
        code: 'ROUTER_STATE_UNWRITABLE',
        message: expect.stringContaining('ENOSPC'),
      })
      expect(await readStatsFile(path)).toMatchObject({ state: { generation: 1 } })
      await store.save({ generation: 3 })
      expect(await readStatsFile(path)).toMatchObject({ state: { generation: 3 } })
      expect(await readdir(dirname(path))).toEqual(['stats.json', 'stats.json.lock'])
    } finally {
      unmount(dirname(path))
    }
  })
})

it('makes its folder and its lock again when they are deleted, and says so once', async () => {
  const store = await open()
  await rm(dirname(path), { recursive: true })
  await store.save({ a: 1 })
  await store.save({ a: 2 })
  expect(await readStatsFile(path)).toMatchObject({ state: { a: 2 } })
  expect(await readdir(dirname(path))).toEqual(['stats.json', 'stats.json.lock'])
  await expect(open()).rejects.toMatchObject({ code: 'ROUTER_STATE_LOCKED' })
})

describe('the lowdb store, for reading', () => {
  const look = () => lowdb.create({ path }, { id: 'lowdb', directory, log, now: () => NOW, readOnly: true })

  it('reads what another holds, and writes nothing', async () => {
    const store = await look()
    expect(await store.load()).toBeUndefined()
    expect(await readdir(directory)).toEqual([])
    await (await open()).save({ a: 1 })
    expect(await store.load()).toEqual({ a: 1 })
    await expect(store.save({ a: 2 })).rejects.toMatchObject({ code: 'ROUTER_STATE_UNWRITABLE' })
    await store.close()
    expect(await readdir(dirname(path))).toEqual(['stats.json', 'stats.json.lock'])
  })

  it('leaves a corrupt file where it is', async () => {
    await put('{')
    await expect((await look()).load()).rejects.toMatchObject({ code: 'ROUTER_STATS_UNREADABLE' })
    expect(await readdir(dirname(path))).toEqual(['stats.json'])
  })
})

describe('its lock', () => {
  it('keeps out a second store, and names the process', async () => {
    const store = await open()
    await expect(open()).rejects.toMatchObject({
      code: 'ROUTER_STATE_LOCKED',
      exit: 5,
      message: expect.stringContaining(String(process.pid)),
    })
    await store.close()
    await (await open()).save({})
  })

  it('is taken over from a process that is gone, and from another life of this process id', async () => {
    const gone = spawn(process.execPath, ['-e', '0'])
    await once(gone, 'exit')
    for (const holder of [
      { pid: gone.pid, started: '1' },
      { pid: process.pid, started: '1' },
      { pid: process.pid, started: '' },
    ]) {
      await put('{"version":1,"state":{"kept":true}}')
      await writeFile(`${path}.lock`, JSON.stringify(holder))
      const store = await open()
      expect(await store.load()).toEqual({ kept: true })
      await store.close()
    }
    expect(await readdir(dirname(path))).toEqual(['stats.json'])
  })

  it.runIf(process.platform === 'linux')(
    'is taken over when its process id belongs to another process by now',
    async () => {
      await put('{"version":1,"state":{}}')
      await writeFile(`${path}.lock`, JSON.stringify({ pid: process.ppid, started: '1' }))
      expect(await (await open()).load()).toEqual({})
    },
  )

  it('of a living process is respected', async () => {
    await put('{"version":1,"state":{}}')
    await writeFile(`${path}.lock`, JSON.stringify({ pid: process.ppid, started: '' }))
    await expect(open()).rejects.toMatchObject({
      code: 'ROUTER_STATE_LOCKED',
      message: expect.stringContaining(String(process.ppid)),
    })
  })

  it('that is being written is respected, and an old empty one is not', async () => {
    await put('{"version":1,"state":{}}')
    await writeFile(`${path}.lock`, '')
    await expect(open()).rejects.toMatchObject({ code: 'ROUTER_STATE_LOCKED' })
    await utimes(`${path}.lock`, 1, 1)
    await open()
  })
})

describe('kill -9', () => {
  const script = fileURLToPath(new URL('writer.ts', import.meta.url))
  const start = () =>
    spawnChild(process.execPath, ['-C', 'source', '--disable-warning=ExperimentalWarning', script, directory], {})

  it('during a save leaves the old file or the new one, and a lock that is taken over', async () => {
    let generation = 0
    for (let round = 0; round < 10; round++) {
      const child = start()
      const lines = createInterface({ input: child.stdout! })
      const errors: string[] = []
      child.stderr!.on('data', (data) => errors.push(String(data)))
      let acknowledged = generation
      lines.on('line', (line) => {
        acknowledged = Number(line)
      })
      await Promise.race([once(lines, 'line'), once(child, 'exit')])
      expect(errors.join('')).toBe('')
      // Somewhere in the next saves, each of which takes some milliseconds.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
      const gone = Promise.all([once(lines, 'close'), once(child, 'exit')])
      child.kill('SIGKILL')
      await gone
      const file = (await readStatsFile(path)) as unknown as { state: { generation: number; padding: number[] } }
      generation = file.state.generation
      expect(generation).toBeGreaterThanOrEqual(acknowledged)
      expect(generation).toBeLessThanOrEqual(acknowledged + 1)
      expect(file.state.padding).toHaveLength(200_000)
      expect(new Set(file.state.padding)).toEqual(new Set([generation]))
    }
    expect(await (await open()).load()).toMatchObject({ generation })
    // What the killed ones left half written is gone.
    expect(await readdir(dirname(path))).toEqual(['stats.json', 'stats.json.lock'])
  })
})

describe('the memory store', () => {
  it('gives back what was saved', async () => {
    const store = await memory.create({} as never, { id: 'memory', directory, log, now: () => NOW })
    expect(await store.load()).toBeUndefined()
    await store.save({ a: 1 })
    expect(await store.load()).toEqual({ a: 1 })
    await store.close()
  })
})

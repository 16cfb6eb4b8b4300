import { appendFile, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DecisionLog, lineToRecord, readRecords, recordToLine } from '../../../../src/outcomes/log/decision-log.ts'
import type { RequestRecord } from '../../../../src/plugins/api.ts'
import { mayMount, mountMemory, removeDirectory, temporaryDirectory, unmount } from '../../../helpers/directory.ts'
import { NOW } from '../helpers.ts'
import { memoryLog, record } from '../records.ts'

const HOUR = 3_600_000

let root: string
let directory: string
let log: ReturnType<typeof memoryLog>
let now: number
let open: DecisionLog[]

beforeEach(async () => {
  root = await temporaryDirectory()
  directory = join(root, 'outcomes')
  log = memoryLog()
  now = NOW
  open = []
})
afterEach(async () => {
  for (const each of open) await each.close()
  await removeDirectory(root)
})

function decisionLog(different: Partial<ConstructorParameters<typeof DecisionLog>[0]> = {}): DecisionLog {
  const made = new DecisionLog({
    directory,
    keepMs: 7 * 24 * HOUR,
    maxBytes: 256 * 1024 * 1024,
    log,
    now: () => now,
    ...different,
  })
  open.push(made)
  return made
}

async function all(filter?: Parameters<typeof readRecords>[1], from = directory): Promise<RequestRecord[]> {
  const records: RequestRecord[] = []
  for await (const each of readRecords(from, filter)) records.push(each)
  return records
}

const ids = async (filter?: Parameters<typeof readRecords>[1]) => (await all(filter)).map(({ id }) => id)

describe('a line', () => {
  it('is snake_case JSON without line breaks, and gives the record back', () => {
    const line = recordToLine(record())
    expect(line).not.toContain('\n')
    expect(JSON.parse(line)).toMatchObject({
      requested_model: 'small:nitro',
      input_tokens_estimate: 12,
      upstream_id: 'chatcmpl-1',
      candidates: [{ tokens_per_second: 50, price_usd: 0.001 }],
      attempts: [{ start_ms: 1 }, { usage: { cache_read_tokens: 3 }, finish_reason: 'stop' }],
    })
    expect(lineToRecord(line)).toEqual(record())
  })

  it('that is torn or foreign is no record', () => {
    const line = recordToLine(record())
    for (let end = 0; end < line.length; end++) expect(lineToRecord(line.slice(0, end))).toBeUndefined()
    for (const foreign of [
      'null',
      '7',
      '[]',
      '{}',
      '{"id":"x"}',
      line.replace('"ok"', '"fine"').replace('"kind":"ok"', '"kind":7'),
    ]) {
      expect(lineToRecord(foreign)).toBeUndefined()
    }
  })
})

describe('writing', () => {
  it('appends lines to a private file in a private folder', async () => {
    const written = decisionLog()
    written.write(record({ id: 'one' }))
    written.write(record({ id: 'two' }))
    await written.flush()
    written.write(record({ id: 'three' }))
    await written.flush()
    const names = await readdir(directory)
    expect(names).toEqual([`outcomes-20260301T120000000Z-${process.pid}.ndjson`])
    const path = join(directory, names[0]!)
    expect((await readFile(path, 'utf8')).split('\n').map((line) => lineToRecord(line)?.id)).toEqual([
      'one',
      'two',
      'three',
      undefined,
    ])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
  })

  it('writes what waits at close', async () => {
    const written = decisionLog()
    written.write(record())
    await written.close()
    expect(await ids()).toEqual([record().id])
  })

  it('writes by itself', async () => {
    decisionLog().write(record())
    await expect.poll(() => ids()).toEqual([record().id])
  })

  it('begins a new file each hour and when one is full, and deletes old ones', async () => {
    const written = decisionLog({ maxBytes: 32_000, keepMs: 24 * HOUR })
    for (let i = 0; i < 200; i++) {
      written.write(record({ id: `r${i}` }))
      await written.flush()
      now += 60_000
    }
    const names = await readdir(directory)
    expect(names.length).toBeGreaterThan(5)
    const sizes = await Promise.all(names.map(async (name) => (await stat(join(directory, name))).size))
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(32_000)
    const kept = await ids()
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `r${199 - i}`))
    const old = join(directory, 'outcomes-20200101T000000000Z-1.ndjson')
    await writeFile(old, 'x\n')
    await utimes(old, new Date(now - 25 * HOUR), new Date(now - 25 * HOUR))
    await writeFile(join(directory, 'notes.txt'), 'mine')
    now += 2 * HOUR
    written.write(record())
    await written.flush()
    expect(await readdir(directory)).not.toContain('outcomes-20200101T000000000Z-1.ndjson')
    expect(await readdir(directory)).toContain('notes.txt')
  })

  it('keeps an older file that another process still writes, when there is too much', async () => {
    await mkdir(directory)
    const others = join(directory, 'outcomes-20260301T110000000Z-1.ndjson')
    const closed = join(directory, 'outcomes-20260301T113000000Z-2.ndjson')
    await writeFile(others, recordToLine(record({ id: 'others' })))
    await utimes(others, new Date(now), new Date(now))
    await writeFile(closed, 'x'.repeat(31_000))
    await utimes(closed, new Date(now - HOUR / 2), new Date(now - HOUR / 2))
    const written = decisionLog({ maxBytes: 32_000 })
    written.write(record())
    await written.flush()
    const names = await readdir(directory)
    expect(names).toContain('outcomes-20260301T110000000Z-1.ndjson')
    expect(names).not.toContain('outcomes-20260301T113000000Z-2.ndjson')
  })

  it('waits while the folder cannot be made, warns once, and goes on', async () => {
    await writeFile(directory, 'in the way')
    const written = decisionLog()
    for (let i = 0; i < 5; i++) {
      written.write(record({ id: `r${i}` }))
      await written.flush()
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
    await rm(directory)
    await written.flush()
    expect((await ids()).reverse()).toEqual(['r0', 'r1', 'r2', 'r3', 'r4'])
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info'])
  })

  it('drops and counts what does not fit while nothing can be written', async () => {
    await writeFile(directory, 'in the way')
    const written = decisionLog()
    const big = record({ strategy: 'x'.repeat(1_000_000) })
    for (let i = 0; i < 20; i++) {
      written.write(big)
      await written.flush()
    }
    expect(written.dropped).toBeGreaterThan(10)
    const { dropped } = written
    await rm(directory)
    await written.flush()
    expect(log.lines).toHaveLength(2)
    expect(log.lines[1]!.fields).toMatchObject({ dropped })
    expect(written.dropped).toBe(0)
    expect((await ids()).length).toBe(20 - dropped)
  })

  it.runIf(mayMount())('survives a full disk without a torn line', async () => {
    await mkdir(directory)
    mountMemory(directory, 'size=128k')
    try {
      const filler = join(directory, 'filler')
      await writeFile(filler, Buffer.alloc(60 * 1024))
      const written = decisionLog()
      for (let i = 0; i < 110; i++) written.write(record({ id: `r${i}` }))
      await written.flush()
      expect(log.lines.map(({ level, fields }) => [level, String(fields.reason).includes('ENOSPC')])).toEqual([
        ['warn', true],
      ])
      await rm(filler)
      await written.flush()
      await written.close()
      expect((await ids()).reverse()).toEqual(Array.from({ length: 110 }, (_, i) => `r${i}`))
    } finally {
      unmount(directory)
    }
  })
})

describe('a log that is deleted while it is written', () => {
  it('is begun anew, and told once', async () => {
    const written = decisionLog()
    for (const name of ['a', 'b', 'c']) {
      written.write(record({ id: name }))
      await written.flush()
      if (name !== 'c') await rm(directory, { recursive: true })
    }
    expect(await ids()).toEqual(['c'])
    expect(log.lines.map(({ level }) => level)).toEqual(['warn'])
  })
})

describe('a line that would be very long', () => {
  it('keeps the first entries of its lists', () => {
    const excluded = Array.from({ length: 10_000 }, (_, i) => ({
      endpoint: `a/${i}`,
      model: 'm',
      reason: 'only',
      detail: 'x'.repeat(100),
    }))
    const line = recordToLine(record({ excluded }))
    expect(line.length).toBeLessThan(50_000)
    expect(lineToRecord(line)?.excluded).toEqual(excluded.slice(0, 50))
  })
})

describe('reading', () => {
  it('of a folder that is not there gives nothing', async () => {
    expect(await all()).toEqual([])
  })

  it('passes over torn lines and reads lines of any length, newest first', async () => {
    const written = decisionLog()
    const lengths = [10, 65_536, 200_000, 1, 65_000, 130_000]
    for (const [i, length] of lengths.entries()) written.write(record({ id: `r${i}`, strategy: 'ä'.repeat(length) }))
    await written.close()
    const path = join(directory, (await readdir(directory))[0]!)
    await appendFile(path, '\n\n{"id":"torn","ti')
    const records = await all()
    expect(records.map(({ id }) => id)).toEqual(['r5', 'r4', 'r3', 'r2', 'r1', 'r0'])
    expect(records.map(({ strategy }) => strategy.length)).toEqual([...lengths].reverse())
  })

  it('stops at `since`', async () => {
    const written = decisionLog()
    for (let i = 0; i < 10; i++) {
      written.write(record({ id: `r${i}`, time: NOW + i * HOUR }))
      await written.flush()
      now += HOUR
    }
    expect(await ids({ since: NOW + 7 * HOUR })).toEqual(['r9', 'r8', 'r7'])
  })

  it('is read oldest first as well: the same records the other way round, whatever their length', async () => {
    for (let hour = 0; hour < 3; hour++) {
      now = NOW + hour * HOUR
      const written = decisionLog()
      // Lines of up to 130 kB: longer than what is read at a time.
      for (let i = 0; i < 40; i++) {
        const detail = 'ü'.repeat((i % 8) ** 4 * 25)
        written.write(
          record({
            id: `r${hour}-${i}`,
            time: now + i,
            excluded: [{ endpoint: 'b/m', model: 'small', reason: 'only', detail }],
          }),
        )
      }
      await written.close()
    }
    await appendFile(join(directory, (await readdir(directory)).sort()[0]!), '{"torn":')
    const unreadable = { newest: 0, oldest: 0 }
    const newest = await all({ onUnreadable: () => unreadable.newest++ })
    const oldest = await all({ oldestFirst: true, onUnreadable: () => unreadable.oldest++ })
    expect(oldest).toHaveLength(120)
    expect(oldest).toEqual(newest.toReversed())
    expect(unreadable).toEqual({ newest: 1, oldest: 1 })
    expect(await ids({ oldestFirst: true, since: NOW + 2 * HOUR + 38 })).toEqual(['r2-38', 'r2-39'])
  })

  it('brings together what several processes wrote at the same time', async () => {
    const written = [0, 1, 2].map((n) => decisionLog({ now: () => NOW + n }))
    for (let i = 0; i < 30; i++) {
      written[(i * i) % 3]!.write(record({ id: `r${i}`, time: NOW + 10 * i }))
      if (i % 10 === 9) for (const each of written) await each.flush()
    }
    now = NOW + HOUR
    const later = decisionLog()
    later.write(record({ id: 'later', time: now }))
    await later.flush()
    expect(await readdir(directory)).toHaveLength(3)
    const oldest = [...Array.from({ length: 30 }, (_, i) => `r${i}`), 'later']
    expect(await ids({ oldestFirst: true })).toEqual(oldest)
    expect(await ids()).toEqual(oldest.toReversed())
    expect(await ids({ since: NOW + 280 })).toEqual(['later', 'r29', 'r28'])
  })

  it('can be left early, and while the log is written', async () => {
    const written = decisionLog()
    for (let i = 0; i < 100; i++) written.write(record({ id: `r${i}` }))
    await written.flush()
    for await (const { id } of readRecords(directory)) {
      expect(id).toBe('r99')
      written.write(record({ id: 'later' }))
      await written.flush()
      break
    }
    expect((await ids())[0]).toBe('later')
  })
})

import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describePreview, previewJson } from '../../../../src/federation/member/report/preview.ts'
import { Reporter } from '../../../../src/federation/member/report/reporter.ts'
import { exportSigningKey, generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { unseal, verifySealed } from '../../../../src/federation/protocol/signed.ts'
import type { Report } from '../../../../src/federation/protocol/types.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { EPOCH, HOUR, names, outcome, START, times } from '../../../helpers/member.ts'
import { spawnChild } from '../../../helpers/processes.ts'

const key = generateSigningKey()
const settings = { continent: 'EU', noise: true, grids: false } as const
const reportIn = (bytes: Buffer) => verifySealed('report', unseal(bytes)) as Report

let root: string
let directory: string
beforeEach(async () => {
  root = await temporaryDirectory()
  directory = join(root, 'federation')
})
afterEach(() => removeDirectory(root))

const open = (now = START, readOnly = false) =>
  Reporter.open({ directory, key, epochSeconds: 3_600, names, settings, now, readOnly })
const learn = (reporter: Reporter, count: number, at = START) => times(count, () => reporter.learn(outcome({ at })))

describe('a report', () => {
  it('is sealed once its epoch is over, sent as the same bytes until it is acknowledged, and its requests never again', async () => {
    const reporter = await open()
    learn(reporter, 150)
    expect(await reporter.close(START + HOUR - 1)).toBeUndefined()
    const built = await reporter.close(START + HOUR)
    expect(reporter.waiting.map(({ epoch }) => epoch)).toEqual([EPOCH])
    const bytes = await reporter.read(EPOCH)
    expect(reportIn(bytes!)).toEqual(built?.report)
    const again = await open(START + HOUR + 5)
    expect(await again.close(START + HOUR + 5)).toBeUndefined()
    expect(await again.read(EPOCH)).toEqual(bytes)
    await again.settle(EPOCH)
    expect(again.waiting).toEqual([])
    expect(again.preview(START + HOUR + 6).report.cells).toEqual([])
  })

  it('is not made where there is nothing to tell, and what is too little waits', async () => {
    const reporter = await open()
    learn(reporter, 5)
    expect(await reporter.close(START + HOUR)).toBeUndefined()
    expect(await readdir(join(directory, 'spool'))).toEqual([])
    learn(reporter, 150, START + HOUR)
    expect((await reporter.close(START + 2 * HOUR))?.report.cells[0]?.n).toBeGreaterThan(140)
  })

  it('stays in the spool unsent while the book cannot be saved', async () => {
    const reporter = await open()
    learn(reporter, 150)
    await reporter.save()
    // A folder is in the way.
    await rm(join(directory, 'book.json'))
    await mkdir(join(directory, 'book.json'))
    await expect(reporter.close(START + HOUR)).rejects.toThrow()
    expect(await readdir(join(directory, 'spool'))).toEqual([String(EPOCH)])
    expect(reporter.waiting).toEqual([])
    await rmdir(join(directory, 'book.json'))
    await reporter.save()
    expect(reporter.waiting.map(({ epoch }) => epoch)).toEqual([EPOCH])
  })

  it('of an epoch that the clock comes back to stands: the cells wait for the next', async () => {
    const reporter = await open()
    const [wrong, right] = [START + 50 * HOUR, START + 48 * HOUR]
    learn(reporter, 150, wrong)
    await reporter.close(wrong + HOUR)
    const bytes = await reporter.read(EPOCH + 50)
    learn(reporter, 150, right)
    for (let hour = 1; hour <= 4; hour++) await reporter.close(right + hour * HOUR)
    expect(await reporter.read(EPOCH + 50)).toEqual(bytes)
    expect(new Set(reporter.waiting.map(({ epoch }) => epoch)).size).toBe(reporter.waiting.length)
  })
})

describe('the book', () => {
  it('that makes no sense is set aside', async () => {
    await (await open()).save()
    await writeFile(join(directory, 'book.json'), '{"version":1')
    const reporter = await open()
    expect(await readFile(join(directory, 'book.json.corrupt'), 'utf8')).toBe('{"version":1')
    learn(reporter, 150)
    expect(await reporter.close(START + HOUR)).toBeDefined()
  })
})

describe('a preview', () => {
  it('is byte for byte what is sent when the epoch ends, however often one looks, and from another process too', async () => {
    const reporter = await open()
    learn(reporter, 150)
    times(150, () => reporter.learn(outcome({ endpoint: 'groq/openai/gpt-oss-20b' })))
    await reporter.save()
    const { bytes } = reporter.preview(START + 1)
    expect(reporter.preview(START + HOUR - 1).bytes).toEqual(bytes)
    const looking = await open(START + 2, true)
    expect(looking.preview(START + 2).bytes).toEqual(bytes)
    await reporter.close(START + HOUR)
    expect(await reporter.read(EPOCH)).toEqual(bytes)
    // The next one has other noise.
    learn(reporter, 150, START + HOUR)
    expect(reporter.preview(START + HOUR).report.cells[0]?.kinds).not.toEqual(reportIn(bytes!).cells[1]?.kinds)
  })

  it('says what is not in it and why, for people and as data', async () => {
    const reporter = await open()
    learn(reporter, 150)
    times(3, () => reporter.learn(outcome({ endpoint: 'groq/openai/gpt-oss-20b' })))
    times(2, () => reporter.learn(outcome({ endpoint: 'corp/secret-model' })))
    const preview = reporter.preview(START + 1)
    const text = describePreview(preview, 3_600).join('\n')
    expect(text).toContain('groq/openai/gpt-oss-20b chat.lt1k.plain: 3 requests, waits until 2026-01-07T00:00:00.000Z')
    expect(text).toContain('corp/secret-model: 2 requests; not the public address')
    expect(text).toContain('6 in epsilon')
    const data = previewJson(preview)
    expect(data.document).toBe(preview.bytes?.toString())
    expect(data.document).not.toContain('secret-model')
    expect(data.never_shared).toEqual([{ endpoint: 'corp/secret-model', reason: 'private address', requests: 2 }])
    const empty = await Reporter.open({
      ...{ directory: join(root, 'none'), key, epochSeconds: 3_600, names, settings },
      now: START,
    })
    expect(describePreview(empty.preview(START), 3_600)[0]).toContain('would send nothing')
    expect(previewJson(empty.preview(START)).document).toBeNull()
  })

  it('to look at changes nothing on the disk', async () => {
    const looking = await open(START, true)
    expect(looking.preview(START).bytes).toBeUndefined()
    expect(await readdir(root)).toEqual([])
  })
})

describe('kill -9', () => {
  const SCRIPT = fileURLToPath(new URL('../../../helpers/reporting-member.ts', import.meta.url))
  /** One life of the member; the changes of the file system that it made, or undefined when it was killed. */
  const live = async (place: string, hour: number, at = 0, when = '') => {
    const env = { PATH: process.env.PATH ?? '', HOUR: String(hour), KILL_AT: String(at), KILL_WHEN: when }
    const child = spawnChild(process.execPath, ['-C', 'source', SCRIPT, join(place, 'federation'), join(root, 'key')], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout!.on('data', (chunk: Buffer) => {
      output += chunk
    })
    await once(child, 'close')
    return /^changes (.*)$/m.exec(output)?.[1]?.split(' ')
  }

  async function dieAndLiveOn(at: number, when: string): Promise<void> {
    const what = `killed ${when} change ${at}`
    const place = join(root, what.replaceAll(' ', '-'))
    await mkdir(place)
    expect(await live(place, 0, at, when), what).toBeUndefined()
    expect(await live(place, 1), what).toBeDefined()
    const text = await readFile(join(place, 'sent'), 'utf8')
    const reports = new Map<string, Set<string>>()
    for (const line of text.trim().split('\n')) {
      const [epoch = '', bytes = ''] = line.split(' ')
      reports.set(epoch, (reports.get(epoch) ?? new Set()).add(bytes))
    }
    let requests = 0
    for (const [epoch, different] of reports) {
      expect(different.size, `${what}: epoch ${epoch}`).toBe(1)
      for (const bytes of different) for (const { n } of reportIn(Buffer.from(bytes, 'base64')).cells) requests += n
    }
    // 150 in each life; what was learned just before the end may be lost, nothing counts twice. Noise and rounding:
    // some requests.
    expect(requests, what).toBeLessThan(330)
    expect(requests, what).toBeGreaterThan(130)
    expect((await readdir(join(place, 'federation', 'spool'))).filter((name) => name.endsWith('.tmp'))).toEqual([])
  }

  it('at any change of the file system gives no epoch two reports, and no request two', async () => {
    await writeFile(join(root, 'key'), exportSigningKey(key))
    const changes = (await live(root, 0)) ?? []
    expect(changes.filter((name) => name === 'rename').length).toBeGreaterThan(2)
    // Before a change is after the one before it; but a write breaks off in its middle, so that what follows it is
    // reached from before.
    const deaths = changes.flatMap((name, index) =>
      (name === 'rename' ? ['before', 'after'] : ['after']).map((when) => [index + 1, when] as const),
    )
    const lane = async () => {
      for (let next = deaths.shift(); next; next = deaths.shift()) await dieAndLiveOn(...next)
    }
    await Promise.all([lane(), lane(), lane()])
  })
})

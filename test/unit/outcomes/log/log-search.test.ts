import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recordToLine } from '../../../../src/outcomes/log/decision-log.ts'
import { logFileName } from '../../../../src/outcomes/log/log-files.ts'
import { LogSearch } from '../../../../src/outcomes/log/log-search.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { record } from '../records.ts'

const NOW = Date.UTC(2026, 10, 28)
const HOUR = 3_600_000
let directory: string
let search: LogSearch

beforeEach(async () => {
  directory = join(await temporaryDirectory(), 'outcomes')
  await mkdir(directory)
  search = new LogSearch(directory)
})

afterEach(() => removeDirectory(join(directory, '..')))

const lineOf = (name: string, more: object = {}) =>
  recordToLine({ ...record({ id: `gen-${NOW / 1000}-${name}`, time: NOW, upstreamId: `up-${name}` }), ...more })
const ours = (name: string) => `gen-${NOW / 1000}-${name}`

async function file(lines: readonly string[], openedAt = NOW): Promise<string> {
  const path = join(directory, logFileName(openedAt, 1))
  await writeFile(path, lines.map((line) => `${line}\n`).join(''))
  return path
}

describe('a search in the decision log', () => {
  it('finds a record by our id and by the upstream id, and not by a part of one', async () => {
    await file(['a', 'b', 'c'].map((name) => lineOf(name)))
    expect((await search.find(ours('b')))?.upstreamId).toBe('up-b')
    expect((await search.find('up-c'))?.id).toBe(ours('c'))
    for (const id of ['up-', 'up', 'kind', '', 'with space', 'x'.repeat(257), `gen-${NOW / 1000 + 86_400 * 9}-b`]) {
      expect(await search.find(id), id).toBeUndefined()
    }
  })

  it('takes the newest of several, in whatever file', async () => {
    await file([lineOf('old', { upstreamId: 'same' })], NOW)
    await file([lineOf('new', { upstreamId: 'same' }), lineOf('newer', { upstreamId: 'same' })], NOW + HOUR)
    expect((await search.find('same'))?.id).toBe(ours('newer'))
  })

  it('finds what is written later, whole lines only, and forgets files that are gone', async () => {
    const path = await file([lineOf('a')])
    expect(await search.find('up-b')).toBeUndefined()
    const line = lineOf('b')
    await appendFile(path, line.slice(0, 50))
    expect(await search.find('up-b')).toBeUndefined()
    await appendFile(path, `${line.slice(50)}\n`)
    expect((await search.find('up-b'))?.id).toBe(ours('b'))
    await rm(path)
    expect(await search.find('up-b')).toBeUndefined()
  })

  it('reads every byte once', async () => {
    const path = await file(['a', 'b'].map((name) => lineOf(name)))
    expect(await search.find('up-x')).toBeUndefined()
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('up-a', 'up-x'))
    expect(await search.find('up-x')).toBeUndefined()
    expect((await new LogSearch(directory).find('up-x'))?.id).toBe(ours('a'))
  })

  it('passes over feedback, torn lines and ids within texts, and reads lines of any length', async () => {
    const long = lineOf('long', { strategy: 'ä'.repeat(400_000) })
    const beyond = lineOf('beyond', { strategy: 'x'.repeat(5_000_000) })
    const quoting = lineOf('quoting', { strategy: '","upstream_id":"up-false' })
    const feedback = JSON.stringify({ type: 'feedback', id: ours('said'), time: NOW, model: 'm' })
    await file([long, '{"id":"torn', feedback, beyond, quoting, lineOf('last')])
    expect((await search.find('up-long'))?.strategy).toHaveLength(400_000)
    expect((await search.find(ours('quoting')))?.upstreamId).toBe('up-quoting')
    expect((await search.find('up-last'))?.id).toBe(ours('last'))
    for (const id of ['up-false', ours('said'), 'torn', 'up-beyond']) expect(await search.find(id), id).toBeUndefined()
  })

  it('keeps a bounded number of ids: of the newest files, or of those of the time that an id of ours tells', async () => {
    search = new LogSearch(directory, { maxIds: 4 })
    for (let i = 0; i < 5; i++) await file([lineOf(`a${i}`), lineOf(`b${i}`)], NOW + i * HOUR)
    expect((await search.find('up-b4'))?.id).toBe(ours('b4'))
    expect(await search.find('up-b0')).toBeUndefined()
    expect((await search.find(ours('b0')))?.upstreamId).toBe('up-b0')
  })

  it('is given up with its signal, waiting or under way, and does not hold up the next', async () => {
    await file(Array.from({ length: 2_000 }, (_, i) => lineOf(String(i))))
    const gone = new AbortController()
    const searches = Array.from({ length: 10 }, () => search.find('up-none', gone.signal))
    gone.abort(new Error('gone'))
    for (const each of await Promise.allSettled(searches))
      expect(each).toMatchObject({ status: 'rejected', reason: gone.signal.reason })
    expect((await search.find('up-7'))?.id).toBe(ours('7'))
  })

  it('refuses when too many wait, and when its time is up', async () => {
    await file([lineOf('a')])
    const searches = await Promise.allSettled(Array.from({ length: 40 }, () => search.find('up-a')))
    const refused = searches.filter(({ status }) => status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const each of refused) expect(each).toMatchObject({ reason: { code: 'ROUTER_SEARCH_BUSY', status: 503 } })
    expect((await search.find('up-a'))?.id).toBe(ours('a'))
  })
})

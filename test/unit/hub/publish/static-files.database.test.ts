import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { loadHistory, thinned } from '../../../../src/hub/publish/load-history.ts'
import { StaticFiles } from '../../../../src/hub/publish/static-files.ts'
import { modesOf } from '../../../../src/hub/publish/write-public.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { openPglite } from '../../../helpers/pglite.ts'

it('writes map and history, also compressed, and again only when there is a newer map', async () => {
  const directory = await temporaryDirectory()
  const store = await openPglite()
  try {
    const files = new StaticFiles(store, 3_600, directory, modesOf({ private: false }))
    await files.refresh()
    expect(readdirSync(directory)).toEqual([])
    const row = { state: Buffer.alloc(0), created_at: 0 }
    await store.db
      .insertInto('maps')
      .values({ ...row, epoch: 7, document: Buffer.from('first') })
      .execute()
    await Promise.all([files.refresh(), files.refresh()])
    expect(readdirSync(directory).sort()).toEqual([
      'history.json',
      'history.json.br',
      'history.json.gz',
      'map',
      'map.br',
      'map.gz',
    ])
    writeFileSync(join(directory, 'map'), 'touched')
    await files.refresh()
    expect(readFileSync(join(directory, 'map'), 'utf8')).toBe('touched')
    await store.db
      .insertInto('maps')
      .values({ ...row, epoch: 8, document: Buffer.from('second') })
      .execute()
    await files.refresh()
    expect(readFileSync(join(directory, 'map'), 'utf8')).toBe('second')
    expect(brotliDecompressSync(readFileSync(join(directory, 'map.br'))).toString()).toBe('second')
    expect(gunzipSync(readFileSync(join(directory, 'map.gz'))).toString()).toBe('second')
    expect(JSON.parse(readFileSync(join(directory, 'history.json'), 'utf8'))).toEqual(
      await loadHistory(store.db, 3_600),
    )
  } finally {
    await store.close()
    await removeDirectory(directory)
  }
})

it('shows two days as they are, and of a month one point in six hours', () => {
  const hourly = Array.from({ length: 40 * 24 }, (_, at) => 100_000 - at)
  const shown = thinned(hourly, 3_600)
  expect(shown.at(-1)).toBe(100_000)
  expect(shown.length).toBeGreaterThan(48 + 110)
  expect(shown.length).toBeLessThan(48 + 122)
  expect(shown).toEqual([...shown].sort((a, b) => a - b))
  expect(thinned([], 10)).toEqual([])
})

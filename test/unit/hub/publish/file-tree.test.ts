import { existsSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FileTree } from '../../../../src/hub/publish/file-tree.ts'
import { modesOf } from '../../../../src/hub/publish/write-public.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

let directory: string
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => removeDirectory(directory))

const files = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([path, text]) => ({ path, body: () => Buffer.from(text) }))
const write = (texts: Readonly<Record<string, string>>) =>
  new FileTree(directory, modesOf({ private: false })).write(files(texts))
const at = (path: string) => join(directory, path)
const OLD = new Date('2020-01-01')

it('writes each file whole, with what a server sends compressed beside it', async () => {
  expect(await write({ 'index.html': '<html>', 'v1/map': 'map' })).toEqual({ files: 2, written: 2, removed: 0 })
  expect(readFileSync(at('v1/map'), 'utf8')).toBe('map')
  expect(brotliDecompressSync(readFileSync(at('v1/map.br'))).toString()).toBe('map')
  expect(gunzipSync(readFileSync(at('v1/map.gz'))).toString()).toBe('map')
  expect(statSync(at('v1/map')).mode & 0o777).toBe(0o644)
  expect(readdirSync(directory, { recursive: true }).filter((name) => String(name).endsWith('.tmp'))).toEqual([])
})

it('keeps the files of a private hub from others, also those that were open before', async () => {
  await write({ 'v1/map': 'map', 'v2/map': 'map' })
  const tree = new FileTree(directory, modesOf({ private: true }))
  expect(await tree.write(files({ 'v1/map': 'map', 'v3/map': 'map' }))).toMatchObject({ written: 2 })
  const modes = ['v1/map', 'v1/map.br', 'v1/map.gz', '.published.json', 'v3'].map(
    (path) => statSync(at(path)).mode & 0o777,
  )
  expect(modes).toEqual([0o600, 0o600, 0o600, 0o600, 0o700])
})

it.each(['null', '[]', '{"files":[null]}', '{"files":5}', '{'])(
  'writes all anew over a list of files that holds %s',
  async (text) => {
    writeFileSync(at('.published.json'), text)
    expect(await write({ a: 'one' })).toMatchObject({ files: 1, written: 1 })
    expect(await write({ a: 'one' })).toMatchObject({ files: 1, written: 0 })
  },
)

it('leaves alone what is the same, also after a restart, and writes again what was lost or cut', async () => {
  await write({ a: 'one', b: 'two', c: 'three' })
  for (const name of ['a', 'b', 'c']) utimesSync(at(name), OLD, OLD)
  writeFileSync(at('c'), '')
  expect(await write({ a: 'one', b: 'TWO', c: 'three' })).toEqual({ files: 3, written: 2, removed: 0 })
  expect(statSync(at('a')).mtime).toEqual(OLD)
  expect([readFileSync(at('b'), 'utf8'), readFileSync(at('c'), 'utf8')]).toEqual(['TWO', 'three'])
})

it('removes what is no longer there, folders that are empty then, and nothing that others put there', async () => {
  writeFileSync(at('favicon.ico'), 'mine')
  await mkdir(at('v1/models/a'), { recursive: true })
  writeFileSync(at('v1/models/a/notes'), 'mine')
  await write({ 'v1/models/a/endpoints': '1', 'v1/models/b/c/endpoints': '2', 'v1/map': 'm' })
  expect(await write({ 'v1/map': 'm' })).toEqual({ files: 1, written: 0, removed: 2 })
  expect(existsSync(at('v1/models/b'))).toBe(false)
  expect(readdirSync(at('v1/models/a'))).toEqual(['notes'])
  expect(readFileSync(at('favicon.ico'), 'utf8')).toBe('mine')
})

it('neither writes nor removes outside of its folder', async () => {
  const inside = at('tree')
  const outside = at('outside')
  writeFileSync(outside, 'mine')
  const tree = new FileTree(inside, modesOf({ private: false }))
  await tree.write(files({ '../outside': 'x', '/etc/x': 'x', 'a/../../outside': 'x', 'a/./b': 'x', ok: 'x' }))
  writeFileSync(join(inside, '.published.json'), JSON.stringify({ files: { '../outside': ['h', 1], ok: ['h', 1] } }))
  expect(await tree.write([])).toEqual({ files: 0, written: 0, removed: 1 })
  expect(readFileSync(outside, 'utf8')).toBe('mine')
  await symlink(outside, join(inside, 'map'))
  await tree.write(files({ map: 'new' }))
  expect(readFileSync(outside, 'utf8')).toBe('mine')
})

it('begins anew with a broken list of what it wrote', async () => {
  await write({ a: 'one' })
  writeFileSync(at('.published.json'), '{')
  expect(await write({ a: 'one' })).toEqual({ files: 1, written: 1, removed: 0 })
})

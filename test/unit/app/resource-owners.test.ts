import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ResourceOwners } from '../../../src/app/resource-owners.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'

let directory: string
let path: string
const log = { warn: vi.fn() }
beforeEach(async () => {
  directory = await temporaryDirectory()
  path = join(directory, '.router', 'resources.ndjson')
  log.warn.mockClear()
})
afterEach(() => removeDirectory(directory))

const owner = (id: string) => ({ id, provider: 'one', client: 'abc' })

test('what one process adds, another finds, and a later one', async () => {
  const first = new ResourceOwners(path, log)
  const second = new ResourceOwners(path, log)
  expect(await second.find('file-1')).toBeUndefined()
  await first.add([owner('file-1'), owner('file-2')])
  expect(await second.find('file-2')).toEqual(owner('file-2'))
  await second.add([owner('file-3')])
  expect(await first.find('file-3')).toEqual(owner('file-3'))
  expect(await new ResourceOwners(path, log).find('file-1')).toEqual(owner('file-1'))
})

test('a torn line is read when it is whole, a broken one passed over', async () => {
  const owners = new ResourceOwners(path, log)
  await owners.add([owner('a')])
  const reader = new ResourceOwners(path, log)
  const line = JSON.stringify(owner('torn'))
  await appendFile(path, `nonsense\n${line.slice(0, 10)}`)
  expect(await reader.find('torn')).toBeUndefined()
  await appendFile(path, `${line.slice(10)}\n`)
  expect(await reader.find('torn')).toEqual(owner('torn'))
})

test('the file is bounded: two generations are kept', async () => {
  const owners = new ResourceOwners(path, log)
  await owners.add([owner('first')])
  const filler = `${JSON.stringify(owner('x'.repeat(150)))}\n`
  await writeFile(path, (await readFile(path, 'utf8')) + filler.repeat(25_000))
  await owners.add([owner('second')])
  expect((await readFile(path, 'utf8')).trim()).toBe(JSON.stringify(owner('second')))
  const reader = new ResourceOwners(path, log)
  expect(await reader.find('first')).toEqual(owner('first'))
  expect(await reader.find('second')).toEqual(owner('second'))
})

test('what cannot be written is remembered, and said once', async () => {
  await writeFile(join(directory, '.router'), 'a file, and no folder')
  const owners = new ResourceOwners(path, log)
  await owners.add([owner('a')])
  await owners.add([owner('b')])
  expect(await owners.find('a')).toEqual(owner('a'))
  expect(log.warn).toHaveBeenCalledTimes(1)
})

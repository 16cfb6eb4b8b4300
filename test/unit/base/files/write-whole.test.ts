import { once } from 'node:events'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { replaceWhole, writeWhole } from '../../../../src/base/files/write-whole.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { forkChild } from '../../../helpers/processes.ts'

const place = async () => join(await temporaryDirectory(), 'file')
const modeOf = async (path: string) => (await stat(path)).mode & 0o777

test('writes a new file for its owner only, and replaces it', async () => {
  const path = await place()
  await writeWhole(path, 'one')
  expect(await modeOf(path)).toBe(0o600)
  await writeWhole(path, Buffer.from('two'), { mode: 0o644 })
  expect(await readFile(path, 'utf8')).toBe('two')
  expect(await modeOf(path)).toBe(0o644)
  expect(await readdir(join(path, '..'))).toEqual(['file'])
})

test('writes over what a crash left', async () => {
  const path = await place()
  await writeFile(`${path}.tmp`, 'half')
  await writeWhole(path, 'whole')
  expect(await readFile(path, 'utf8')).toBe('whole')
})

test('leaves the old file and no other when it fails', async () => {
  const path = await place()
  await writeWhole(path, 'old')
  const failing = replaceWhole(path, async (temporary) => {
    await writeFile(temporary, 'half')
    throw new RangeError('full')
  })
  await expect(failing).rejects.toThrow('full')
  expect(await readFile(path, 'utf8')).toBe('old')
  expect(await readdir(join(path, '..'))).toEqual(['file'])
})

test('rejects with the error of the system', async () => {
  const path = await place()
  await mkdir(path)
  await expect(writeWhole(path, 'x')).rejects.toMatchObject({ code: 'EISDIR' })
  await expect(writeWhole(join(path, 'not', 'there'), 'x')).rejects.toMatchObject({ code: 'ENOENT' })
})

test('leaves a whole file, whenever the process is killed', async () => {
  const directory = await temporaryDirectory()
  const path = join(directory, 'map')
  const script = join(directory, 'writer.mjs')
  const module = pathToFileURL('src/base/files/write-whole.ts').href
  await writeFile(
    script,
    `const { writeWhole } = await import(${JSON.stringify(module)})
    for (let round = 0; ; round++) {
      await writeWhole(${JSON.stringify(path)}, Buffer.alloc(300_000, 97 + (round % 26)))
      process.send(round)
    }`,
  )
  try {
    for (let kill = 0; kill < 8; kill++) {
      const child = forkChild(script)
      for (let round = 0; round <= kill; round++) await once(child, 'message')
      child.kill('SIGKILL')
      await once(child, 'exit')
      const bytes = await readFile(path)
      expect(bytes.length).toBe(300_000)
      expect(bytes.every((byte) => byte === bytes[0])).toBe(true)
    }
  } finally {
    await removeDirectory(directory)
  }
})

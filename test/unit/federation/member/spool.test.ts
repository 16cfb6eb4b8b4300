import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Spool } from '../../../../src/federation/member/report/spool.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { seal } from '../../../../src/federation/protocol/signed.ts'
import type { Report } from '../../../../src/federation/protocol/types.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'

const key = generateSigningKey()
const sealed = (epoch: number) => {
  const report: Report = { type: 'report', v: '1.0', epoch, continent: '-', noise: true, cells: [] }
  return seal(report, key)
}

let root: string
let directory: string
beforeEach(async () => {
  root = await temporaryDirectory()
  directory = join(root, 'spool')
})
afterEach(() => removeDirectory(root))

describe('the spool', () => {
  it('keeps the bytes of each epoch until they are acknowledged, over restarts', async () => {
    const spool = await Spool.open(directory)
    expect(await spool.put(7, sealed(7))).toBe(true)
    expect(await spool.put(6, sealed(6))).toBe(true)
    const again = await Spool.open(directory)
    expect(again.waiting.map(({ epoch }) => epoch)).toEqual([6, 7])
    expect(await again.read(7)).toEqual(sealed(7))
    await again.remove(7)
    expect(await again.read(7)).toBeUndefined()
    expect(await readdir(directory)).toEqual(['6'])
  })

  it('never writes an epoch twice', async () => {
    const spool = await Spool.open(directory)
    await spool.put(7, sealed(7))
    const other = seal({ type: 'report', v: '1.0', epoch: 7, continent: 'EU', noise: true, cells: [] } as Report, key)
    expect(await spool.put(7, other)).toBe(false)
    expect(await spool.read(7)).toEqual(sealed(7))
  })

  it('is bounded in files and bytes: the oldest go, and are counted', async () => {
    const size = sealed(1).length
    const spool = await Spool.open(directory, { limits: { files: 3, bytes: 1_000_000 } })
    for (let epoch = 1; epoch <= 5; epoch++) await spool.put(epoch, sealed(epoch))
    expect(spool.waiting.map(({ epoch }) => epoch)).toEqual([3, 4, 5])
    expect(spool.dropped).toBe(2)
    const tight = await Spool.open(directory, { limits: { files: 48, bytes: 2 * size + 10 } })
    await tight.put(6, sealed(6))
    expect(tight.waiting.map(({ epoch }) => epoch)).toEqual([5, 6])
    expect(await readdir(directory)).toEqual(['5', '6'])
  })

  it('sets aside what is not a report of its epoch', async () => {
    const spool = await Spool.open(directory)
    for (let epoch = 1; epoch <= 4; epoch++) await spool.put(epoch, sealed(epoch))
    await writeFile(join(directory, '1'), sealed(1).subarray(0, 100))
    await writeFile(join(directory, '2'), '')
    await writeFile(join(directory, '3'), sealed(4))
    const again = await Spool.open(directory)
    for (const epoch of [1, 2, 3]) expect(await again.read(epoch)).toBeUndefined()
    expect(await again.read(4)).toEqual(sealed(4))
    expect(again.waiting.map(({ epoch }) => epoch)).toEqual([4])
    expect(again.dropped).toBe(3)
    expect(await readFile(join(directory, 'corrupt'))).toEqual(sealed(4))
  })

  it('removes what a crash left unfinished, and leaves alone what is not its own', async () => {
    await mkdir(directory)
    for (const name of ['9.tmp', 'notes.txt', 'corrupt']) await writeFile(join(directory, name), 'x')
    const spool = await Spool.open(directory)
    expect(spool.waiting).toEqual([])
    expect((await readdir(directory)).sort()).toEqual(['corrupt', 'notes.txt'])
  })

  it('opened to look writes nothing and needs no folder', async () => {
    const spool = await Spool.open(directory, { readOnly: true })
    expect(spool.waiting).toEqual([])
    expect(await readdir(root)).toEqual([])
  })
})

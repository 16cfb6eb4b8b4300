import { mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drainInbox, peekInbox, writeInbox } from '../../../../src/outcomes/saving/inbox.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { fault, NOW, outcome } from '../helpers.ts'

let directory: string
beforeEach(async () => {
  directory = await temporaryDirectory()
})
afterEach(() => removeDirectory(directory))

describe('the inbox', () => {
  it('hands over outcomes once, in order, and keeps nothing', async () => {
    const first = [outcome(), fault({ kind: 'provider_timeout_connect' })]
    const second = [outcome({ endpoint: 'b/m', stream: false })]
    await writeInbox(directory, first, NOW)
    await writeInbox(directory, second, NOW + 1)
    expect((await stat(join(directory, 'inbox'))).mode & 0o777).toBe(0o700)
    const names = await readdir(join(directory, 'inbox'))
    expect(names).toHaveLength(2)
    expect((await stat(join(directory, 'inbox', names[0]!))).mode & 0o777).toBe(0o600)
    expect(await drainInbox(directory)).toEqual([...first, ...second])
    expect(await readdir(join(directory, 'inbox'))).toEqual([])
    expect(await drainInbox(directory)).toEqual([])
  })

  it('can be looked at without being emptied', async () => {
    expect(await peekInbox(directory)).toEqual([])
    await writeInbox(directory, [outcome(), fault()], NOW)
    expect(await peekInbox(directory)).toEqual([outcome(), fault()])
    expect(await drainInbox(directory)).toEqual([outcome(), fault()])
  })

  it('is empty when there is none, and nothing is written for nothing', async () => {
    expect(await drainInbox(directory)).toEqual([])
    await writeInbox(directory, [])
    expect(await readdir(directory)).toEqual([])
  })

  it('keeps two hand-overs of one millisecond apart', async () => {
    await Promise.all([writeInbox(directory, [outcome()], NOW), writeInbox(directory, [outcome()], NOW)])
    expect(await drainInbox(directory)).toHaveLength(2)
  })

  it('sets aside what makes no sense, and takes the rest', async () => {
    const inbox = join(directory, 'inbox')
    await mkdir(inbox)
    const broken = [
      '{',
      'null',
      '{"version":2,"outcomes":[]}',
      '{"version":1,"outcomes":[{"endpoint":1}]}',
      '{"version":1,"outcomes":[null]}',
    ]
    for (const [i, text] of broken.entries()) await writeFile(join(inbox, `1-1-${i}.json`), text)
    await writeFile(join(inbox, 'half.json.tmp'), '{')
    await writeInbox(directory, [outcome()], NOW)
    expect(await drainInbox(directory)).toEqual([outcome()])
    const left = await readdir(inbox)
    expect(left.filter((name) => name.endsWith('.corrupt'))).toHaveLength(broken.length)
    expect(left.filter((name) => name.endsWith('.json'))).toEqual([])
  })

  it('takes a hundred files at a time', async () => {
    for (let i = 0; i < 105; i++) await writeInbox(directory, [outcome({ at: NOW + i })], NOW + i)
    expect(await drainInbox(directory)).toHaveLength(100)
    expect((await drainInbox(directory)).map(({ at }) => at - NOW)).toEqual([100, 101, 102, 103, 104])
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OutcomeBook } from '../../../../src/outcomes/cells/cells.ts'
import { readPrior } from '../../../../src/outcomes/saving/prior-file.ts'
import { CLASS, NOW, outcome } from '../helpers.ts'

describe('a prior from a file', () => {
  let directory: string
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'prior-'))
  })
  afterAll(() => rmSync(directory, { recursive: true }))
  const written = (content: unknown) => {
    const path = join(directory, 'prior.json')
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
    return path
  }
  const reading = (content: unknown) => readPrior(written(content))

  it('is believed until there are outcomes of one’s own, by class or for all classes', async () => {
    const cells = [
      { endpoint: 'a/m', class: CLASS, ttft_ms: 300, total_ms: 4000, tokens_per_second: 90, success: 0.9, kappa: 20 },
      { endpoint: 'a/m', ttft_ms: 900 },
    ]
    const book = new OutcomeBook()
    book.prior = await reading({ version: 1, cells })
    const believed = book.beliefs('a/m', CLASS, NOW, { stream: true })
    expect(Math.exp(believed.ttft.mean)).toBeCloseTo(300, 6)
    expect(believed.ttft).toMatchObject({ from: 'map', n: 20 })
    expect(Math.exp(believed.speed.mean)).toBeCloseTo(90, 6)
    expect(believed.success).toEqual({ a: 18, b: expect.closeTo(2, 6) })
    expect(Math.exp(book.beliefs('a/m', CLASS, NOW, { stream: false }).ttft.mean)).toBeCloseTo(4000, 6)
    expect(Math.exp(book.beliefs('a/m', 'chat.lt8k.plain', NOW, { stream: true }).ttft.mean)).toBeCloseTo(900, 6)
    expect(book.beliefs('b/m', CLASS, NOW).ttft.from).toBe('global')
    for (let i = 0; i < 20; i++) book.record(outcome({ ttftMs: 2000 }))
    expect(Math.exp(book.beliefs('a/m', CLASS, NOW, { stream: true }).ttft.mean)).toBeCloseTo(Math.sqrt(300 * 2000), 0)
  })

  it.each([
    ['no file', undefined, 'ENOENT'],
    ['no JSON', '{', 'JSON'],
    ['another version', { version: 2, cells: [] }, '"version" must be 1'],
    ['no cells', { version: 1 }, '"cells" must be an array'],
    ['no endpoint', { version: 1, cells: [{}] }, 'cells[0] "endpoint" must be provider/upstream-model'],
    ['a misspelt key', { version: 1, cells: [{ endpoint: 'a/m', ttft: 1 }] }, 'unknown key "ttft"'],
    [
      'a time of zero',
      { version: 1, cells: [{ endpoint: 'a/m', ttft_ms: 0 }] },
      '"ttft_ms" must be a number above zero',
    ],
    ['a success above one', { version: 1, cells: [{ endpoint: 'a/m', success: 99 }] }, '"success" must be from 0 to 1'],
  ])('says what is wrong with it: %s', async (_, content, reason) => {
    const path = content === undefined ? join(directory, 'missing.json') : written(content)
    await expect(readPrior(path)).rejects.toThrow(
      expect.objectContaining({ code: 'ROUTER_PRIOR_UNREADABLE', message: expect.stringContaining(reason) }),
    )
  })
})

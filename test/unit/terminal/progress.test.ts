import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { textWidth } from '../../../src/base/format/text.ts'
import { startProgress } from '../../../src/terminal/progress.ts'

function recorder(isTTY: boolean) {
  const written: string[] = []
  return { written, isTTY, columns: 50, write: (text: string) => written.push(text) }
}

test('on a terminal one line is redrawn in place and taken away at the end', () => {
  const output = recorder(true)
  let now = 0
  const progress = startProgress(4, 'Probing', output, () => now)
  progress.step()
  progress.step() // too soon after the last drawing
  now = 1000
  progress.step('1 failed')
  progress.step('1 failed') // the last one is always drawn
  progress.stop()
  progress.step()
  expect(output.written.map((text) => stripVTControlCharacters(text).replaceAll(/[\r━]/g, ''))).toEqual([
    'Probing  0/4',
    'Probing  1/4',
    'Probing  3/4  1 failed',
    'Probing  4/4  1 failed',
    '',
  ])
  for (const text of output.written) expect(textWidth(text)).toBeLessThan(50)
})

test('elsewhere there is a plain line at every tenth', () => {
  const output = recorder(false)
  const progress = startProgress(20, 'Probing', output)
  for (let step = 0; step < 20; step += 1) progress.step()
  progress.stop()
  expect(output.written).toHaveLength(10)
  expect(output.written[0]).toBe('Probing 2/20\n')
  expect(output.written.join('')).not.toContain('\x1b')
})

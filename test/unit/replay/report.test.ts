import { expect, test } from 'vitest'
import { reportPage } from '../../../src/replay/report/page.ts'
import type { ReplayReport } from '../../../src/replay/report/types.ts'
import { paletteOf } from '../../../src/terminal/colour.ts'
import { replayView } from '../../../src/terminal/views/replay.ts'

const HOSTILE = `<img src=x onerror="alert('1')">&`

const report: ReplayReport = {
  title: `Panel ${HOSTILE}`,
  facts: `10 rounds ${HOSTILE}`,
  value: 'mean regret',
  more: ['first 5', HOSTILE],
  curve: { title: `Curve ${HOSTILE}`, x: HOSTILE },
  rows: [
    {
      name: HOSTILE,
      baseline: false,
      value: 1,
      interval: [0.5, 2],
      more: [0.25, HOSTILE],
      curve: [1, Number.NaN, 0.5],
    },
    { name: 'none', baseline: true, value: Number.NaN, interval: null, more: ['', ''], curve: [] },
  ],
  notes: [HOSTILE],
}

test('the page is one file: nothing from elsewhere, no script, everything escaped', () => {
  const page = reportPage(report)
  expect(page).toContain('&#60;img src=x onerror=&#34;alert(&#39;1&#39;)&#34;&#62;&#38;')
  expect(page).not.toContain('<img')
  expect(page).not.toMatch(/<(script|link|iframe|object)/i)
  expect(page).not.toMatch(/(src|href)\s*=\s*["']/i)
  expect(page).not.toMatch(/url\(|@import|https?:/i)
  expect(page).toContain(`default-src 'none'`)
  expect(page).not.toContain('NaN')
})

test('the page shows what there is', () => {
  const page = reportPage(report)
  expect(page.match(/<tr/g)).toHaveLength(3)
  expect(page).toContain('<td>0.500 to 2.00</td>')
  expect(page.match(/<svg/g)).toHaveLength(2)
})

test('the terminal shows a table and a bar to scale, with its interval', () => {
  const view = replayView(
    { ...report, rows: [{ ...report.rows[0]!, name: 'adaptive' }, report.rows[1]!] },
    { width: 60, palette: paletteOf(false) },
  )
  const bar = view.split('\n').filter((line) => line.includes('█'))
  expect(bar).toHaveLength(1)
  // Half of the axis is the value, the other half the upper end of its interval.
  expect(bar[0]!.match(/█/g)!.length).toBeGreaterThan(bar[0]!.length / 4)
  expect(bar[0]).toMatch(/├█+─+┤$/)
  expect(view).not.toContain('NaN')
})

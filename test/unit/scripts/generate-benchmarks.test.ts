import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readResults, sectionOf, withSection, withSections } from '../../../scripts/generate-benchmarks.ts'

test('what is published is what was measured', () => {
  const document = readFileSync(new URL('../../../docs/benchmarks.md', import.meta.url), 'utf8')
  const results = readResults()
  expect([...results.keys()]).toEqual(
    expect.arrayContaining(['aggregate', 'ingest', 'overhead', 'poisoning', 'routing', 'strategies']),
  )
  expect(document, 'npm run docs').toBe(withSections(document, results))
})

test('tables with titles and notes', () => {
  const section = sectionOf({
    facts: { date: '2026-01-05', world_seeds: '1, 2' },
    tables: [{ title: 'Goals', columns: ['goal', 'value'], rows: [['a|b', 1 / 3]], note: 'Read it so.' }],
  })
  expect(section).toBe(
    'date: 2026-01-05; world seeds: 1, 2\n\n### Goals\n\n| goal | value |\n|---|---:|\n| a\\|b | 0.3333 |\n\nRead it so.',
  )
})

test('rows of objects become one table of all their keys', () => {
  expect(
    sectionOf({
      rows: [
        { scene: 'x', rps: 10 },
        { scene: 'y', p50: 2 },
      ],
    }),
  ).toBe('| scene | rps | p50 |\n|---|---:|---:|\n| x | 10 |  |\n| y |  | 2 |')
})

test('replaces what is between the markers, again and again', () => {
  const document = 'before\n<!-- x:begin -->\nold\n<!-- x:end -->\nafter\n'
  const once = withSection(document, 'x', 'new')
  expect(once).toBe('before\n<!-- x:begin -->\n\nnew\n\n<!-- x:end -->\nafter\n')
  expect(withSection(once, 'x', 'new')).toBe(once)
  expect(() => withSection(document, 'y', 'new')).toThrow('<!-- y:begin -->')
  // The second one would keep old figures.
  expect(() => withSection(`${document}\n${document}`, 'x', 'new')).toThrow('twice')
})

test('every marker is filled: with a result, or with the sentence that there is none', () => {
  const document = '<!-- x:begin -->\n<!-- x:end -->\n<!-- federation:begin -->\nold\n<!-- federation:end -->\n'
  const filled = withSections(document, new Map([['x', { rows: [{ a: 1 }] }]]))
  expect(filled).toContain('| a |\n|---|\n| 1 |')
  expect(filled).toContain('No figures are published yet')
  expect(() => withSections(document, new Map([['y', {}]]))).toThrow('<!-- y:begin -->')
})

test('what a hub is worth is held against its bars', () => {
  const row = {
    kind: 'equal',
    sites: 20,
    traffic: 'busy',
    starts: 5,
    first5: 2,
    total: 0.1,
    loss: 1,
    failed: 0,
    outages: 3,
    leaving_p95: 6,
    wasted: 5,
  }
  const rows = [
    { ...row, variant: 'alone', first20: 2, leaving: 3.6 },
    { ...row, variant: 'map', first20: 0.2, leaving: 3.5 },
    { ...row, kind: 'storm', variant: 'map and incidents', first20: 0.2, leaving: 2.5 },
  ]
  const filled = withSections(
    '<!-- federation:begin -->\n<!-- federation:end -->',
    new Map([['federation', { facts: { hours: 12 }, rows }]]),
  )
  expect(filled).toContain('hours: 12')
  expect(filled).toContain('| equal, 20 sites, busy: regret of the first 20, map over alone | 0.1 | 0.13 | pass |')
  expect(filled).toContain(
    '| storm, 20 sites, busy: attempts until a dead endpoint is left, map and incidents | 2.5 | 2.4 | **miss** |',
  )
  expect(filled).toContain('| kind | sites | traffic | starts |')
})

test('what a hub brings is held against what a map can bring at all', () => {
  const row = { kind: 'equal', sites: 20, traffic: 'thin', worlds: 4, first20: 1, endpoints: 11 }
  const rows = [
    { ...row, variant: 'alone', loss_over_alone: 1 },
    { ...row, variant: 'map', loss_over_alone: 0.99, covered_first_hour: 8 },
    { ...row, variant: 'map, probes and incidents', loss_over_alone: 0.98, covered_first_hour: 9 },
    { ...row, variant: 'perfect map', loss_over_alone: 0.964, loss_low: 0.95, loss_high: 0.98 },
  ]
  const filled = withSections('<!-- federation:begin -->\n<!-- federation:end -->', new Map([['federation', { rows }]]))
  expect(filled).toContain('| equal, 20 sites, thin | 4 | -3.6 [-5.0, -2.0] |  | -2.0 |  |')
  expect(filled).toContain('the map does not hold after an hour, map, probes and incidents | 2 | 1 | **miss** |')
  expect(filled).toContain('the map does not hold after an hour, map | 3 | 4 | pass |')
})

test('a liar is a row, a crowd a column', () => {
  const figure = { members: 20, tau: 0.1, of: 'ttft.p95' }
  const figures = [
    { ...figure, epochs: 1, liar: 'x 2', largest_pct: 12, beyond_10_pct: 3 },
    { ...figure, epochs: 6, liar: 'x 2', largest_pct: 4, beyond_10_pct: 0 },
  ]
  const regret = [{ objective: 'ttft', members: 20, liars: 0.4, none: 0.2, hub: 0.1 }]
  const filled = withSections(
    '<!-- poisoning:begin -->\n<!-- poisoning:end -->',
    new Map([['poisoning', { figures, regret }]]),
  )
  expect(filled).toContain('| x 2 | 12 (3) | 4 |')
  expect(filled).toContain('first map: % that a figure moves | 12 | 10 | **miss** |')
  expect(filled).toContain('| 40 % liars, ttft, 20 members: regret, s | 0.1 | 0.2 | pass |')
})

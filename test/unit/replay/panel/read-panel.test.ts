import { expect, test } from 'vitest'
import { parsePanel, readPanel } from '../../../../src/replay/panel/read-panel.ts'
import { panelOf, TWO_BY_THREE } from './panels.ts'

const ROW = 'm,s,0,2026-01-05T00:00:00,a,1,1,50'

test('rounds in order, cells apart, times as UTC', () => {
  const text = panelOf('m,s,1,2026-01-06T00:00:00,a,1,1,50', ROW, ROW.replace('m,s', 'm,other'))
  const cells = parsePanel(text, 'p.csv')
  expect(cells.map(({ site, rounds }) => [site, rounds.map(({ number }) => number)])).toEqual([
    ['s', [0, 1]],
    ['other', [0]],
  ])
  expect(cells[0]!.rounds[0]!.time).toBe(Date.UTC(2026, 0, 5))
})

test('columns in any order, others ignored, byte order mark and carriage returns', () => {
  const text =
    '\ufeffendpoint,note,ok,ttft_s,tokens_per_s,model,site,round,time_utc\r\na,x,1,0.5,50,m,s,0,2026-01-05T00:00:00Z\r\n'
  expect(parsePanel(text, 'p.csv')[0]!.rounds[0]!.measurements).toEqual([
    { endpoint: 'a', ok: true, ttftS: 0.5, tokensPerSecond: 50 },
  ])
})

test('a failure needs no figures', () => {
  expect(parsePanel(TWO_BY_THREE, 'p.csv')[0]!.rounds[2]!.measurements[1]).toMatchObject({
    ok: false,
    ttftS: Number.NaN,
  })
})

test.each([
  ['no column', 'model,site\n', 'p.csv:1', 'round, time_utc, endpoint, ok, ttft_s, tokens_per_s is missing'],
  ['no rows', panelOf(), 'p.csv', 'it has no rows'],
  [
    'a figure that is none',
    panelOf(ROW, ROW.replace('1,1,50', '1,fast,50').replace(',a,', ',b,')),
    'p.csv:3',
    'ttft_s must be a number',
  ],
  ['an empty figure', panelOf(ROW.replace(',1,50', ',,50')), 'p.csv:2', 'ttft_s is empty'],
  ['no speed', panelOf(ROW.replace(',50', ',0')), 'p.csv:2', 'tokens_per_s must be more than 0'],
  ['ok that is neither', panelOf(ROW.replace('a,1', 'a,yes')), 'p.csv:2', 'ok must be 0 or 1, not "yes"'],
  ['a time that is none', panelOf(ROW.replace('2026-01-05T00:00:00', 'monday')), 'p.csv:2', 'not "monday"'],
  ['an endpoint twice', panelOf(ROW, ROW), 'p.csv:3', 'round 0 has a twice'],
])('refuses %s, and says where', (_, text, place, reason) => {
  expect(() => parsePanel(text, 'p.csv')).toThrow(
    expect.objectContaining({
      code: 'ROUTER_REPLAY_DATA',
      details: { place, reason: expect.stringContaining(reason) },
    }),
  )
})

test('a file that is not there', async () => {
  await expect(readPanel('/nowhere/panel.csv')).rejects.toMatchObject({ code: 'ROUTER_REPLAY_DATA', exit: 2 })
})

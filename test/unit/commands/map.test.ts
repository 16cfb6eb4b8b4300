import { expect, it } from 'vitest'
import { cellsOf, mapReport } from '../../../src/cli/map/map-report.ts'
import type { FoundMap } from '../../../src/cli/map/read-map.ts'
import type { HubMap, MapCell } from '../../../src/federation/protocol/types.ts'
import { mapCsv } from '../../../src/federation/protocol/view/map-csv.ts'
import { paletteOf } from '../../../src/terminal/colour.ts'
import { mapView } from '../../../src/terminal/views/map.ts'
import { mapOf } from '../../helpers/page-data.ts'

const screen = { width: 200, palette: paletteOf(false) }
const figure = (value: number) => ({ mean: Math.log(value), tau2: 0.1, sigma2: 0.2 })
const cell = (provider: string, model: string, ttft: number, more: Partial<MapCell> = {}): MapCell => ({
  provider,
  model,
  as_of: 490_000,
  members: 5,
  ttft: figure(ttft),
  speed: figure(100),
  ...more,
})
const LLAMA = 'meta-llama/llama-3.3-70b-instruct'
const MAP: HubMap = {
  ...mapOf([
    cell('deepinfra', 'meta-llama/Llama-3.3-70B-Instruct-Turbo', 900),
    cell('groq', 'llama-3.3-70b-versatile', 150),
    cell('groq', 'llama-3.3-70b-versatile', 160, { class: 'chat.lt1k.plain' }),
    { provider: 'openai', model: 'gpt-image-1', as_of: 490_000, members: 5, total: figure(9_000), speed: figure(6) },
    {
      provider: 'openai',
      model: 'gpt-image-1',
      class: 'image.lt1k.plain',
      as_of: 490_000,
      members: 5,
      speed: figure(6),
    },
    { provider: 'groq', as_of: 490_000, members: 5, success: { a: 9, b: 1 } },
  ]),
  quality: [
    { model: LLAMA, as_of: 490_000, members: 5, good: { share: 0.75, sd: 0.06, n: 500 } },
    {
      model: LLAMA,
      type: 'code',
      as_of: 490_000,
      members: 5,
      good: { share: 0.81, sd: 0.04, n: 200 },
      escalated: { share: 0.2, sd: 0.1, n: 50 },
    },
  ],
  passed_over: [{ provider: 'cerebras', model: 'llama-3.3-70b', as_of: 490_000, members: 10 }],
  offered: [{ provider: 'nvidia', model: 'meta/llama-3.3-70b-instruct', as_of: 490_000, members: 20 }],
}
const found = (change: Partial<FoundMap> = {}): FoundMap => ({
  from: 'https://hub.example/v1/map',
  key: 'k'.repeat(22),
  pinned: true,
  map: MAP,
  incidents: [],
  ...change,
})
const NOW = 490_001 * 3_600_000 + 120_000

it('puts the endpoints of a model together, whatever their providers call it, the best first', () => {
  const { models, age_s } = mapReport(found(), 'llama', NOW)
  expect(age_s).toBe(120)
  const llama = models.find(({ model }) => model === LLAMA)!
  expect(llama.endpoints.map(({ provider }) => provider)).toEqual(['groq', 'deepinfra'])
})

it('finds a model by any of its names, then with its cells; else by a part of one', () => {
  const exact = mapReport(found(), 'LLAMA-3.3-70b-versatile', NOW).models
  expect(exact.map(({ model, cells }) => [model, cells?.length])).toEqual([[LLAMA, 1]])
  const parts = mapReport(found(), 'image', NOW).models
  expect(parts.map(({ model, cells }) => [model.includes('gpt-image-1'), cells])).toEqual([[true, undefined]])
  expect(() => mapReport(found(), 'nothing', NOW)).toThrow('says nothing of "nothing"')
  const report = mapReport(found(), LLAMA, NOW)
  expect(cellsOf(found(), report).map(({ provider, class: workload }) => [provider, workload])).toEqual([
    ['deepinfra', null],
    ['groq', null],
    ['groq', 'chat.lt1k.plain'],
  ])
})

it('says for which kind of work how many answers were good, also as CSV', () => {
  const report = mapReport(found(), LLAMA, NOW)
  const text = mapView(report, screen)
  expect(text).toContain(
    'good answers: all 0.75 ± 0.06 (500 answers judged, 5 members); code 0.81 ± 0.04 (200 answers judged, 5 members)',
  )
  expect(text).toMatch(/thrown away after a check: code 20\S* ?% of 50/)
  const lines = mapCsv(cellsOf(found(), report), report.models[0]!.quality).split('\r\n')
  expect(lines[0]).toMatch(/,type,good,good_sd,judged,escalated,checked$/)
  expect(new Set(lines.slice(0, -1).map((line) => line.split(',').length)).size).toBe(1)
  expect(lines.at(-2)).toMatch(/^,meta-llama.llama-3.3-70b-instruct,,,,quality,5,20.*,code,0.81,0.04,200,0.2,50$/)
})

it('shows slow work in its own unit, what is passed over or only offered, what fails, and whose the map is', () => {
  const incident = { id: 'i', provider: 'groq', model: 'llama-3.3-70b-versatile', region: '-', opened: 1, members: 5 }
  const text = mapView(mapReport(found({ incidents: [incident] }), undefined, NOW), screen)
  expect(text).toMatch(/openai .*9\.00 s +0\.1\d* images\/s/)
  expect(text).toContain('cerebras (10 or more)')
  expect(text).toContain('configured by members, who have no figures yet: nvidia (20 or more)')
  expect(text).toMatch(/groq .*failing for 5 or more/)
  expect(text).toContain(`signed by ${'k'.repeat(22)}`)
  const unknown = mapView(mapReport(found({ pinned: false, incidents: undefined }), undefined, NOW), screen)
  expect(unknown).toContain('held against nothing')
  expect(unknown).toContain('incidents: not known')
  expect(mapView(mapReport(found({ map: mapOf([]) }), undefined, NOW), screen)).toContain('nothing of any model yet')
})

import { expect, test } from 'vitest'
import { atomFeed } from '../../../../web/hub/atom.ts'
import { csvOf } from '../../../../web/hub/csv.ts'
import { EndpointIndex } from '../../../../web/hub/state/endpoint-index.ts'
import { pageData } from '../../../helpers/page-data.ts'

test('CSV: units in the names, nothing where nothing is known, no formulas, quotes kept', () => {
  const base = { id: 'p/m', provider: 'p', model: 'm', name: 'a/m' }
  const text = csvOf([
    { ...base, ttft50: 321.4, price: { input: 0.5, output: 2 }, members: 10 },
    { ...base, provider: '=cmd()', model: 'a,"b"' },
  ])
  const [head, first, second, end] = text.split('\r\n')
  expect(head!.split(',').slice(0, 4)).toEqual(['provider', 'model', 'canonical_model', 'ttft_p50_ms'])
  expect(first).toBe('p,m,a/m,321,,,,,,,0.5,2,,,,,10,0')
  expect(second).toMatch(/^'=cmd\(\),"a,""b""",a\/m,/)
  expect(end).toBe('')
})

test('the feed has the newest change first, an address of each, and text in place of markup', () => {
  const data = pageData({ url: 'https://hub.example' })
  const feed = atomFeed(data, new EndpointIndex(data))
  const titles = [...feed.matchAll(/<title>([^<]*)<\/title>/g)].map(([, title]) => title)
  expect(titles).toEqual([
    'Incidents - Example hub',
    'deepinfra/claude-sonnet-4-5 is failing',
    'bedrock/deepseek-v3.2 (us-east-1) is back',
    'openai/gpt-4o is back',
  ])
  expect(feed).toContain('href="https://hub.example/incidents/i2"')
  expect(feed).toMatch(/<updated>2025-11-24T17:46:00Z<\/updated>/)
  const hostile = { ...data, hub: { ...data.hub, name: '<b>&' }, incidents: [] }
  expect(atomFeed(hostile, new EndpointIndex(hostile))).toContain('<title>Incidents - &#60;b&#62;&#38;</title>')
})

/** Hubs and members of minor 1: their schemas and documents as they were recorded, and today's. */
import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, it } from 'vitest'
import { MemoryHub } from '../../../../benchmarks/federation/memory-hub.ts'
import { MapPrior } from '../../../../src/federation/member/map/map-prior.ts'
import { MapValues } from '../../../../src/federation/member/map/map-values.ts'
import { Reporter } from '../../../../src/federation/member/report/reporter.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import type { HubMap, Report } from '../../../../src/federation/protocol/types.ts'
import { checkMap, checkReport } from '../../../../src/federation/protocol/validate.ts'
import { removeDirectory, temporaryDirectory } from '../../../helpers/directory.ts'
import { HOUR, names, outcome, START, times } from '../../../helpers/member.ts'

const recorded = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/protocol-1.1/${name}`, import.meta.url), 'utf8'))
/** As a reader of minor 1 checks what is not newer, and what is. */
const strict = new Ajv({ strictTypes: false, validateFormats: false })
const lenient = new Ajv({ strictTypes: false, validateFormats: false, removeAdditional: 'all' })

describe('what was written by minor 1', () => {
  it('is a report that a hub takes in, and a map that a member uses', () => {
    const report = checkReport(recorded('report.json'))
    const hub = new MemoryHub(1)
    hub.join('m', 0)
    hub.take('m', report, report.epoch)
    expect(hub.aggregate(report.epoch).length).toBeGreaterThan(0)
    expect(hub.quality()).toEqual([])
    const map = checkMap(recorded('map.json'))
    expect(map).toEqual(recorded('map.json'))
    const prior = new MapPrior({ publicName: names.find, continent: '-', now: () => (map.epoch + 1) * HOUR })
    prior.useMap(map)
    expect(prior.find('openai/gpt-4o-mini', 'chat.lt1k.plain')).toMatchObject({ ttft: { mean: 6.1 } })
    expect(prior.quality.find('openai/gpt-4o-mini', 'code', START)).toBeUndefined()
  })
})

describe('a reader of minor 1', () => {
  it("leaves out of today's map what it does not know", () => {
    const map: HubMap = {
      ...recorded('map.json'),
      v: '1.3',
      offered: [{ provider: 'groq', model: 'm', as_of: 1, members: 5 }],
      quality: [{ model: 'openai/gpt-4o', type: 'code', as_of: 1, members: 5, good: { share: 0.5, sd: 0.1, n: 9 } }],
    }
    expect(checkMap(structuredClone(map))).toEqual(map)
    const seen = structuredClone(map)
    expect(lenient.validate(recorded('map.schema.json'), seen)).toBe(true)
    expect(seen).toEqual({ ...recorded('map.json'), v: '1.3' })
  })

  it('gets reports that it knows every field of, and one of minor 2 more', async () => {
    const directory = await temporaryDirectory()
    const reporter = await Reporter.open({
      directory,
      key: generateSigningKey(),
      epochSeconds: 3_600,
      names,
      settings: { continent: 'EU', noise: false, grids: false, exact: true },
      now: START,
    })
    reporter.judgeOf(['openai/gpt-4o'])
    times(9, () => {
      reporter.learn(outcome())
      const said = { model: 'm', class: 'chat.lt1k.plain', score: 1, weight: 1, implied: false, at: START }
      reporter.learnQuality({ ...said, endpoint: 'openai/gpt-4o', type: 'code' }, undefined)
    })
    const reportFor = (v: string): Report => {
      reporter.know(new MapValues({ ...recorded('map.json'), v }, 'EU'), ['openai/gpt-4o'])
      return JSON.parse(JSON.stringify(reporter.preview(START).report))
    }
    const [old, today] = [reportFor('1.1'), reportFor('1.2')]
    expect(old.v).toMatch(/^1\.[01]$/)
    expect(strict.validate(recorded('report.schema.json'), old), strict.errorsText()).toBe(true)
    expect(today).toMatchObject({ v: '1.2', quality: [{ model: 'gpt-4o', type: 'code', judged: 9, good: 9 }] })
    expect(checkReport(structuredClone(today))).toEqual(today)
    expect(strict.validate(recorded('report.schema.json'), today)).toBe(false)
    await removeDirectory(directory)
  })
})

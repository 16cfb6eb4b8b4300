import { describe, expect, it } from 'vitest'
import { LineRing } from '../../../../src/outcomes/log/line-ring.ts'
import { RecentRecords } from '../../../../src/outcomes/log/recent.ts'
import { recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import type { RequestRecord } from '../../../../src/plugins/api.ts'
import { record } from '../records.ts'

function recentRecords(capacity: number, lines = new LineRing()) {
  const recent = new RecentRecords(lines, capacity)
  return { add: (each: RequestRecord) => recent.add(each, lines.add(each)), find: (id: string) => recent.find(id) }
}

describe('recent records', () => {
  it('are found by both ids, the last so many', () => {
    const recent = recentRecords(3)
    for (let i = 0; i < 5; i++) recent.add(record({ id: `r${i}`, upstreamId: `up${i}` }))
    expect(recent.find('r1')).toBeUndefined()
    expect(recent.find('up1')).toBeUndefined()
    expect(recent.find('r2')?.upstreamId).toBe('up2')
    expect(recent.find('up4')?.id).toBe('r4')
  })

  it('are forgotten with the bytes that they were written in', () => {
    const bytes = Buffer.byteLength(recordToLine(record())) + 1
    const recent = recentRecords(100, new LineRing({ segmentBytes: 2 * bytes + 10, ringBytes: 4 * bytes + 20 }))
    for (let i = 0; i < 5; i++) recent.add(record({ id: `gen-1772366400-${i}bc` }))
    const found = [0, 1, 2, 3, 4].filter((i) => recent.find(`gen-1772366400-${i}bc`))
    expect(found).toEqual([2, 3, 4])
  })

  it('keep the later one of two with the same upstream id', () => {
    const recent = recentRecords(2)
    recent.add(record({ id: 'r0', upstreamId: 'same' }))
    recent.add(record({ id: 'r1', upstreamId: 'same' }))
    const { upstreamId: _, ...anonymous } = record({ id: 'r2' })
    recent.add(anonymous)
    expect(recent.find('r0')).toBeUndefined()
    expect(recent.find('same')?.id).toBe('r1')
    expect(recent.find('r2')).toBeDefined()
  })

  it('are found by our id before another one with that upstream id', () => {
    const recent = recentRecords(10)
    recent.add(record({ id: 'ours' }))
    recent.add(record({ id: 'liar', upstreamId: 'ours' }))
    expect(recent.find('ours')?.id).toBe('ours')
  })
})

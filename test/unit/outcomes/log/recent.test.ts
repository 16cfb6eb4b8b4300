import { describe, expect, it } from 'vitest'
import { RecentRecords } from '../../../../src/outcomes/log/recent.ts'
import { recordToLine } from '../../../../src/outcomes/log/record-line.ts'
import type { RequestRecord } from '../../../../src/plugins/api.ts'
import { record } from '../records.ts'

const add = (recent: RecentRecords, each: RequestRecord) => recent.add(each, recordToLine(each))

describe('recent records', () => {
  it('are found by both ids, the last so many', () => {
    const recent = new RecentRecords(3)
    for (let i = 0; i < 5; i++) add(recent, record({ id: `r${i}`, upstreamId: `up${i}` }))
    expect(recent.find('r1')).toBeUndefined()
    expect(recent.find('up1')).toBeUndefined()
    expect(recent.find('r2')?.upstreamId).toBe('up2')
    expect(recent.find('up4')?.id).toBe('r4')
  })

  it('are bounded by what they hold, too', () => {
    const line = recordToLine(record())
    const recent = new RecentRecords(100, 3 * line.length)
    for (let i = 0; i < 5; i++) recent.add(record({ id: `r${i}` }), line)
    expect(recent.find('r1')).toBeUndefined()
    recent.add(record({ id: 'long' }), ' '.repeat(10 * line.length))
    expect(recent.find('r4')).toBeUndefined()
  })

  it('keep the later one of two with the same upstream id', () => {
    const recent = new RecentRecords(2)
    add(recent, record({ id: 'r0', upstreamId: 'same' }))
    add(recent, record({ id: 'r1', upstreamId: 'same' }))
    const { upstreamId: _, ...anonymous } = record({ id: 'r2' })
    add(recent, anonymous)
    expect(recent.find('r0')).toBeUndefined()
    expect(recent.find('same')?.id).toBe('r1')
    expect(recent.find('r2')).toBeDefined()
  })
})

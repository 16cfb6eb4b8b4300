import { expect, test } from 'vitest'
import { ReportWriter } from '../../../../src/hub/ingest/report-writer.ts'
import type { NewReport, Written } from '../../../../src/hub/ingest/write-reports.ts'

const report = (epoch: number, bytes = 10): NewReport => ({ member: 'm', epoch, hash: 'h', body: Buffer.alloc(bytes) })

/** A database whose commits are in the test's hand. */
function handOperated() {
  const batches: { epochs: number[]; commit: (written?: Written) => void; fail: (error: unknown) => void }[] = []
  const writer = new ReportWriter(
    (reports) =>
      new Promise((resolve, reject) => {
        const epochs = reports.map(({ epoch }) => epoch)
        batches.push({ epochs, commit: (written = 'accepted') => resolve(reports.map(() => written)), fail: reject })
      }),
  )
  return { writer, batches }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('writes a report at once, and together what came meanwhile', async () => {
  const { writer, batches } = handOperated()
  const first = writer.write(report(1))
  const others = [writer.write(report(2)), writer.write(report(3))]
  expect(batches.map(({ epochs }) => epochs)).toEqual([[1]])
  batches[0]!.commit()
  expect(await first).toBe('accepted')
  await turn()
  expect(batches.map(({ epochs }) => epochs)).toEqual([[1], [2, 3]])
  batches[1]!.commit('already')
  expect(await Promise.all(others)).toEqual(['already', 'already'])
})

test('acknowledges nothing before its commit', async () => {
  const { writer, batches } = handOperated()
  let acknowledged = false
  const written = writer.write(report(1)).then(() => {
    acknowledged = true
  })
  await turn()
  expect(acknowledged).toBe(false)
  batches[0]!.commit()
  await written
})

test('a commit that fails fails its reports, not those after', async () => {
  const { writer, batches } = handOperated()
  const first = writer.write(report(1))
  const second = writer.write(report(2))
  batches[0]!.fail(new TypeError('gone'))
  await expect(first).rejects.toThrow('gone')
  await turn()
  batches[1]!.commit()
  expect(await second).toBe('accepted')
})

test('batches are bounded in number and bytes', async () => {
  const { writer, batches } = handOperated()
  const all = [writer.write(report(0)), ...Array.from({ length: 100 }, (_, index) => writer.write(report(index + 1)))]
  const large = Array.from({ length: 6 }, (_, index) => writer.write(report(200 + index, 2_000_000)))
  for (let batch = 0; batch < 6 && batches.length > batch; batch++) {
    batches[batch]!.commit()
    await turn()
  }
  await Promise.all([...all, ...large])
  expect(batches.map(({ epochs }) => epochs.length)).toEqual([1, 64, 39, 3])
})

test('refuses more than it can hold', async () => {
  const { writer, batches } = handOperated()
  const taken = Array.from({ length: 2_001 }, (_, index) => writer.write(report(index)))
  expect(() => writer.write(report(9_999))).toThrow(expect.objectContaining({ code: 'unavailable', retryAfterS: 30 }))
  for (let batch = 0; batch < batches.length; batch++) {
    batches[batch]!.commit()
    await turn()
  }
  expect(await Promise.all(taken)).toHaveLength(2_001)
})

/**
 * Run as a process of its own, to be killed: `writer.ts <folder>` saves ever larger states until it dies, and says so
 * on each.
 */
import lowdb from '../../../../src/plugins/stores/lowdb.ts'

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
const context = { id: 'lowdb', directory: process.argv[2]!, now: Date.now, log: quiet }
const store = await lowdb.create({ path: '.router/stats.json' }, context)
const before = ((await store.load()) as { generation?: number } | undefined)?.generation ?? 0
for (let generation = before + 1; ; generation++) {
  const padding = new Array<number>(200_000).fill(generation)
  await store.save({ generation, padding })
  process.stdout.write(`${generation}\n`)
}

/**
 * What one request allocates: the whole router in process, with adaptive routing, stats, metrics and the decision log,
 * between a client and an upstream that only hold ready-made bytes: without the listener and the upstream's sockets. Run: npm run bench:allocation [-- --json]. Prints
 * bytes on the heap per request, and in which rooms of the house; writes benchmarks/results/allocation.json.
 */
import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import type { RouterApp } from '../src/app/router-app.ts'
import { ask, callOf, startInProcess, transport } from './in-process.ts'

const BAR = 15_000
/**
 * Requests between two looks at the heap: what they allocate fits into the young generation (see the script's flags).
 */
const BATCH = 500
const BATCHES = 9
const WARM_UP = 6_000
const SAMPLED = 3_000
const SAMPLING_BYTES = 512

/** Bytes per request on the heap, and of these after a collection of the young generation: medians over batches. */
async function allocated(run: (requests: number) => unknown): Promise<{ bytes: number; survived: number }> {
  const bytes: number[] = []
  const survived: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) {
    globalThis.gc?.()
    const before = process.memoryUsage().heapUsed
    await run(BATCH)
    bytes.push((process.memoryUsage().heapUsed - before) / BATCH)
    globalThis.gc?.({ type: 'minor', execution: 'sync' })
    survived.push((process.memoryUsage().heapUsed - before) / BATCH)
  }
  return { bytes: median(bytes), survived: median(survived) }
}

const median = (figures: number[]) => figures.sort((a, b) => a - b)[figures.length >> 1]!

/** Bytes per request by the room of the code that allocated them, the most first. */
async function byRoom(app: RouterApp): Promise<Record<string, number>> {
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.startSampling', {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  })
  await ask(app, SAMPLED)
  const { profile } = await session.post('HeapProfiler.stopSampling')
  session.disconnect()
  const rooms = new Map<string, number>()
  const visit = (node: typeof profile.head, above: string): void => {
    const room = roomOf(node.callFrame.url) ?? above
    rooms.set(room, (rooms.get(room) ?? 0) + node.selfSize / SAMPLED)
    for (const child of node.children) visit(child, room)
  }
  visit(profile.head, 'node')
  const sorted = [...rooms].sort(([, a], [, b]) => b - a)
  return Object.fromEntries(sorted.map(([room, bytes]) => [room, Math.round(bytes)]).filter(([, bytes]) => bytes !== 0))
}

/** `routing/plan`, `wire`, ... of a file of ours; undefined: whoever called it. */
function roomOf(url: string): string | undefined {
  if (url.includes('/benchmarks/')) return 'benchmark'
  const [, room, inner] = /\/src\/([^/]+)\/(?:([^/]+)\/)?/.exec(url) ?? []
  if (room !== undefined) return inner === undefined ? room : `${room}/${inner}`
  return /\/(providers)\//.exec(url)?.[1]
}

const { app, stop } = await startInProcess()
try {
  const rows: { answer: string; bytes: number; survived: number; bar: number; rooms: Record<string, number> }[] = []
  for (const kind of ['whole', 'stream'] as const) {
    transport.answers = kind
    await ask(app, WARM_UP)
    const own = await allocated((requests) => {
      for (let i = 0; i < requests; i++) callOf(kind === 'stream')
    })
    const all = await allocated((requests) => ask(app, requests))
    const { benchmark: _, ...rooms } = await byRoom(app)
    rows.push({
      answer: kind,
      bytes: Math.round(all.bytes - own.bytes),
      survived: Math.round(all.survived),
      bar: BAR,
      rooms,
    })
  }
  const facts = {
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
    requests: BATCH * BATCHES,
    bytes: 'on the heap, without the benchmark’s own; the median of batches',
    survived: 'a collection of the young generation',
  }
  const rooms = [...new Set(rows.flatMap((row) => Object.keys(row.rooms)))]
  const tables = [
    {
      title: 'A request',
      columns: ['answer', 'bytes', 'bar', 'survived'],
      rows: rows.map(({ answer, bytes, bar, survived }) => [answer, bytes, bar, survived]),
    },
    {
      title: 'By room',
      note: 'Sampled: bytes per request by the code that allocates them.',
      columns: ['room', ...rows.map(({ answer }) => answer)],
      rows: rooms.map((room) => [room, ...rows.map((row) => row.rooms[room] ?? 0)]),
    },
  ]
  writeFileSync(new URL('results/allocation.json', import.meta.url), `${JSON.stringify({ facts, tables }, null, 1)}\n`)
  if (process.argv.includes('--json')) console.log(JSON.stringify({ facts, tables }))
  else
    for (const { title, columns, rows } of tables)
      console.log(title, '\n', [columns, ...rows].map((row) => row.join('\t')).join('\n '))
} finally {
  await stop()
}

/**
 * Bytes per request that get into the old generation while many requests are under way: what outlives its request by
 * mistake, such as a table that keeps the next one and all that was in it. Some 100 are usual, of what is kept on
 * purpose; a Set of the requests under way makes it 2,600. Nothing is collected in between but what V8 collects by
 * itself. With halves of full size from the start, V8 may take what is made while the program is loaded for what always
 * survives, and makes all later objects of the same lines in the old generation: 570 bytes of a request in every third
 * run. A router's halves never have that size, so that this is off. Prints JSON.
 *
 * Run: npm run bench:promotion [requests]
 */
import { getHeapSpaceStatistics } from 'node:v8'
import { ask, startInProcess, transport } from './in-process.ts'

const REQUESTS = Number(process.argv[2]) || 20_000
const CONCURRENCY = 64
const WARM_UP = 6_000
/** Requests between two looks at the heap. */
const STEP = 4_000

const { app, stop } = await startInProcess()
try {
  const promoted: Record<string, number> = {}
  for (const kind of ['whole', 'stream'] as const) {
    transport.answers = kind
    await ask(app, WARM_UP, CONCURRENCY)
    // What is there between two requests is old from here on, as after some idle time.
    globalThis.gc?.()
    globalThis.gc?.()
    const grown: number[] = []
    for (let done = 0; done < REQUESTS; done += STEP) {
      const before = oldBytes()
      await ask(app, STEP, CONCURRENCY)
      grown.push((oldBytes() - before) / STEP)
    }
    // What is kept on purpose comes now and then, and a full collection takes away more than comes.
    promoted[kind] = Math.round(grown.sort((one, other) => one - other)[grown.length >> 1]!)
  }
  console.log(JSON.stringify({ unit: 'bytes per request', requests: REQUESTS, promoted }))
} finally {
  await stop()
}

function oldBytes(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'old_space' || name === 'large_object_space')
    .reduce((sum, { space_used_size: bytes }) => sum + bytes, 0)
}

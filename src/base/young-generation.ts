import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/**
 * Bytes of V8's young generation beyond which it does not grow: two halves of 8 MB. By itself it grows to two of 16 MB,
 * which fill with what requests leave behind before it is collected. Of whole answers little survives, so that even
 * halves of 4 MB cost no more processor time; but 100 open streams are some 2 MB that each collection copies, and with
 * halves of 4 MB that was a sixth of their time.
 */
const ENOUGH_BYTES = 16 * 1024 * 1024

/** A start collects several times without a turn of the event loop in between, and nobody could stop the growth. */
const STARTING_MS = 1000

const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks')

/**
 * Keeps the young generation small from now on, unless the command line or NODE_OPTIONS say how large it is to be. V8
 * takes a limit at the start of a process only, but by what factor it grows at any time; and since it shrinks by itself
 * when little is done, it may have to grow again. Call it when all that a start needs is loaded: with the flag set
 * before, loading costs a sixth of a start more, and by itself a start of 20 providers just grows to this.
 */
export function boundYoungGeneration(startingMs = STARTING_MS): void {
  const chosen = [...process.execArgv, process.env.NODE_OPTIONS ?? ''].some((text) => /semi[-_]space/.test(text))
  if (chosen) return
  let factor = 2
  const growBy = (wanted: number) => {
    if (wanted !== factor) setFlagsFromString(`--semi-space-growth-factor=${wanted}`)
    factor = wanted
  }
  growBy(1)
  const observer = new PerformanceObserver(() => growBy(youngBytes() < ENOUGH_BYTES ? 2 : 1))
  setTimeout(() => observer.observe({ entryTypes: ['gc'] }), startingMs).unref()
}

const youngBytes = () => getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space')?.space_size ?? 0

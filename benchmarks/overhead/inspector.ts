/** What can be asked of a Node process through its inspector while it serves. */

export interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number
    readonly callFrame: CallFrame
    readonly children?: readonly number[]
  }[]
  readonly samples: readonly number[]
  /** Microseconds before each sample. */
  readonly timeDeltas: readonly number[]
}

/** Garbage collections while something ran; times in ms. */
export interface GcFigures {
  readonly scavenges: number
  readonly scavengeMs: number
  readonly longestScavengeMs: number
  readonly full: number
  readonly fullMs: number
  readonly longestFullMs: number
  /** Bytes that the old generation grew by for each. */
  readonly promotedPerScavenge: number
}

interface Inspected {
  cpuProfile<T>(work: () => Promise<T>): Promise<{ result: T; profile: CpuProfile }>
  collections<T>(work: () => Promise<T>): Promise<{ result: T; gc: GcFigures }>
  close(): void
}

interface GcEntry {
  readonly duration: number
  /** `kind` 1: of the young generation only. */
  readonly detail: { readonly kind: number }
}

const SAMPLE_US = 200

/** Run in the inspected process: counts collections, and what the old generation grows by in each of the young one. */
function watch() {
  const { PerformanceObserver } = process.getBuiltinModule('node:perf_hooks')
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8')
  const oldBytes = () => {
    const spaces = getHeapSpaceStatistics().filter((space) => space.space_name !== 'new_space')
    return spaces.reduce((sum, space) => sum + space.space_used_size, 0)
  }
  const seen = { scavenges: 0, scavengeMs: 0, longestScavengeMs: 0, full: 0, fullMs: 0, longestFullMs: 0 }
  let promoted = 0
  let before = oldBytes()
  const observer = new PerformanceObserver((list) => {
    for (const { duration, detail } of list.getEntries() as unknown as GcEntry[]) {
      if (detail.kind === 1) {
        seen.scavenges++
        seen.scavengeMs += duration
        seen.longestScavengeMs = Math.max(seen.longestScavengeMs, duration)
      } else {
        seen.full++
        seen.fullMs += duration
        seen.longestFullMs = Math.max(seen.longestFullMs, duration)
      }
    }
    const now = oldBytes()
    promoted += Math.max(0, now - before)
    before = now
  })
  observer.observe({ entryTypes: ['gc'] })
  Object.assign(globalThis, {
    watched() {
      observer.disconnect()
      return JSON.stringify({ ...seen, promotedPerScavenge: promoted / Math.max(1, seen.scavenges) })
    },
  })
}

/** `port`: of the inspector, on the loopback address. */
export async function attach(port: number): Promise<Inspected> {
  const listed = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    webSocketDebuggerUrl: string
  }[]
  const socket = new WebSocket(listed[0]!.webSocketDebuggerUrl)
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
  const waiting = new Map<number, (result: unknown) => void>()
  let id = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (message.id !== undefined) waiting.get(message.id)?.(message.result)
  })
  const post = <T>(method: string, params: object = {}) =>
    new Promise<T>((resolve) => {
      waiting.set(++id, resolve as (result: unknown) => void)
      socket.send(JSON.stringify({ id, method, params }))
    })
  const evaluate = async (expression: string) =>
    (await post<{ result: { value: unknown } }>('Runtime.evaluate', { expression, returnByValue: true })).result.value
  return {
    async cpuProfile(work) {
      await post('Profiler.enable')
      await post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
      await post('Profiler.start')
      const result = await work()
      const { profile } = await post<{ profile: CpuProfile }>('Profiler.stop')
      return { result, profile }
    },
    async collections(work) {
      await evaluate(`(${watch})()`)
      const result = await work()
      return { result, gc: JSON.parse(String(await evaluate('watched()'))) as GcFigures }
    },
    close: () => socket.close(),
  }
}

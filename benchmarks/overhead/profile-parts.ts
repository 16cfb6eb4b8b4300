/** A CPU profile as parts of the house. */
import type { CallFrame, CpuProfile } from './inspector.ts'

/** Of a part, the share of the time that was not idle. */
export interface Part {
  readonly name: string
  readonly share: number
  /** Its functions, with what they called of nobody's own, by share; the most expensive first. */
  readonly functions: readonly (readonly [name: string, share: number])[]
}

const GARBAGE = 'garbage collection'
/** Recognised by the function, wherever it is called. */
const BY_FUNCTION: readonly (readonly [RegExp, string])[] = [
  [/^\(garbage collector\)/, GARBAGE],
  [/^\(program\)/, 'event loop and system, outside JavaScript'],
  [/^(writeUtf8String|writeLatin1String|writeBuffer|writev) /, 'writes to sockets'],
  [/^parseObject .*\/server\//, "the request's JSON"],
  [/^parseObject .*\/wire\//, "the answer's JSON"],
]
const BY_FILE: readonly (readonly [RegExp, string])[] = [
  [/\/node_modules\/undici\//, 'undici'],
  [/\/bare-proxy\.ts$/, 'the bare proxy itself'],
  [/\/providers\//, 'providers'],
]
const ROOM = /\/src\/(?:(routing|outcomes|wire)\/([^/.]+)\/|([^/]+)\/)/
/** What nobody of the house or undici called: Node's parser, sockets and timers, and the ticks between. */
const NODE = 'node: http, sockets, timers, microtasks'

/** The part of a frame; undefined: whoever called it. */
function partOf({ functionName, url }: CallFrame): string | undefined {
  const label = `${functionName} ${url}`
  for (const [pattern, name] of BY_FUNCTION) if (pattern.test(label)) return name
  for (const [pattern, name] of BY_FILE) if (pattern.test(url)) return name
  const [, top, inner, alone] = ROOM.exec(url) ?? []
  return inner === undefined ? alone && `src/${alone}` : `src/${top}/${inner}`
}

export function partsOf({ nodes, samples, timeDeltas }: CpuProfile): Part[] {
  const selfUs = new Map<number, number>()
  for (const [index, id] of samples.entries()) selfUs.set(id, (selfUs.get(id) ?? 0) + timeDeltas[index]!)
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const parts = new Map<string, Map<string, number>>()
  let busyUs = 0
  const visit = (id: number, above: string): void => {
    const { callFrame, children = [] } = byId.get(id)!
    const { functionName, url, lineNumber } = callFrame
    const part = partOf(callFrame) ?? above
    const us = functionName === '(idle)' ? 0 : (selfUs.get(id) ?? 0)
    busyUs += us
    const functions = parts.get(part) ?? new Map<string, number>()
    parts.set(part, functions)
    const file = url.replace(/^.*\/(src|node_modules|providers|benchmarks)\//, '$1/')
    const label = `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`
    functions.set(label, (functions.get(label) ?? 0) + us)
    for (const child of children) visit(child, part)
  }
  visit(nodes[0]!.id, NODE)
  const share = (us: number) => us / busyUs
  return [...parts].map(([name, functions]) => ({
    name,
    share: share([...functions.values()].reduce((sum, us) => sum + us, 0)),
    functions: [...functions]
      .map(([label, us]) => [label, share(us)] as const)
      .sort(([, one], [, other]) => other - one),
  }))
}

import { readdirSync, readFileSync } from 'node:fs'

/** Linux, on every architecture that Node runs on. */
const CPU_TICKS_PER_S = 100

/** Seconds of a processor, of a process and its children, those that ended included: PostgreSQL's first, say. */
export function processorSeconds(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(name)?.[1] === String(pid))
  const own = (name: string, fields: readonly number[]) =>
    fields.reduce((sum, field) => sum + Number(statOf(name)?.[field] ?? 0), 0)
  return (
    (own(String(pid), [11, 12, 13, 14]) + children.reduce((sum, child) => sum + own(child, [11, 12]), 0)) /
    CPU_TICKS_PER_S
  )
}

/** The fields after the command: state, parent, ... (proc(5), from field 3). */
function statOf(pid: string): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')
  } catch {
    return undefined
  }
}

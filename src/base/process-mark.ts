import { readFileSync } from 'node:fs'

/** Names a process, for files that outlive it. */
export interface ProcessMark {
  readonly pid: number
  /** When it started, as the system counts; tells it from a later one with the same id. Empty where that is unknown. */
  readonly started: string
}

export const thisProcess = (): ProcessMark => ({ pid: process.pid, started: startOf(process.pid) })

/** The mark in what a file held; undefined when there is none. */
export function markOf(value: unknown): ProcessMark | undefined {
  const { pid, started = '' } = (value ?? {}) as Partial<Record<keyof ProcessMark, unknown>>
  return Number.isSafeInteger(pid) && (pid as number) > 0 ? { pid: pid as number, started: String(started) } : undefined
}

/** Whether that process runs, as far as this one can see. */
export function isRunning({ pid, started }: ProcessMark): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
  }
  const now = startOf(pid)
  return started === '' || now === '' || now === started
}

/**
 * When a process started. Linux: field 22 of /proc/<pid>/stat, clock ticks from the system's start, after the name in parentheses, which may
 * hold anything. '' elsewhere.
 */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

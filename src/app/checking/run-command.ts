import { spawn } from 'node:child_process'

/** Bytes that a command may print; nothing of them is kept. */
const MAX_OUTPUT = 64 * 1024
/** What a command sees of the environment: no secrets of the router's. */
const ENVIRONMENT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'SYSTEMROOT'] as const

export interface Command {
  readonly words: readonly [program: string, ...args: string[]]
  /** Folder that it runs in. */
  readonly directory: string
  readonly timeoutMs: number
}

/** How a command ended: its exit code, or why there is none. */
export type Ended =
  | number
  | 'took too long'
  | 'printed too much'
  | 'was not waited for'
  | 'could not be started'
  | 'was ended by a signal'

/** Runs a program without a shell, with `input` on its standard input. Ends it, and what it started. Never rejects. */
export function runCommand(
  { words: [program, ...args], directory, timeoutMs }: Command,
  input: string,
  signal: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve('was not waited for')
      return
    }
    const env = Object.fromEntries(
      ENVIRONMENT.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    )
    // In a group of its own, so that what it starts ends with it.
    const child = spawn(program, args, { cwd: directory, env, shell: false, detached: true, windowsHide: true })
    const { pid } = child
    child.on('error', () => {})
    // Where no file can be opened any more, it has no pipes either.
    if (pid === undefined) {
      resolve('could not be started')
      return
    }
    // Nor is it waited for what has left the group, and may keep the pipes open.
    const settle = (ended: Ended): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      killGroup(pid)
      for (const stream of child.stdio) stream?.destroy()
      resolve(ended)
    }
    const timer = setTimeout(() => settle('took too long'), timeoutMs)
    const onAbort = (): void => settle('was not waited for')
    signal.addEventListener('abort', onAbort, { once: true })
    let printed = 0
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        printed += bytes.length
        if (printed > MAX_OUTPUT) settle('printed too much')
      })
    child.once('exit', (code) => settle(code ?? 'was ended by a signal'))
    // One that does not read it may still decide.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inTime } from './patience.ts'
import { forkChild } from './processes.ts'

/** A hub in a process of its own, to be killed; without the command line around it, so that it starts sooner. */
export interface ForkedHub {
  readonly url: string
  /** SIGKILL; settles when it is gone. */
  kill9(): Promise<void>
  stop(): Promise<void>
}

/** On a directory (PGlite in it) or a PostgreSQL. */
export async function forkHub(directory: string, database?: string): Promise<ForkedHub> {
  const child = forkChild(fileURLToPath(new URL('./hub-child.ts', import.meta.url)), [
    directory,
    ...(database ? [database] : []),
  ])
  const ended = once(child, 'exit')
  const started = await inTime(
    Promise.race([once(child, 'message'), ended.then(([code]) => [{ error: `the hub ended with ${code}` }])]),
    'a hub to listen',
  )
  const { url, error } = started[0] as { url: string; error?: string }
  if (error) throw new Error(error)
  return {
    url,
    async kill9() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.send('stop')
      await ended
    },
  }
}

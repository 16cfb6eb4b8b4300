import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { generateSigningKey, type SigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import { SIGNED_TYPE } from './hub-server.ts'
import { listening, runRouter, spawnRouter, watchOutput } from './router.ts'

/** `router hub serve`, a process of its own. */
export interface HubProcess {
  readonly url: string
  /** Posts a signed document; undefined when no answer came. */
  post(
    path: string,
    document: { type: string; v: string },
    key: SigningKey,
  ): Promise<{ status: number; body: unknown } | undefined>
  invite(...flags: string[]): Promise<string[]>
  /** Settles when the output from now on, or from `since`, matches. */
  waitForLog(pattern: RegExp, since?: number): Promise<void>
  /** Resolves with the exit code. */
  stop(): Promise<number | null>
  kill9(): Promise<void>
}

/** Starts a hub in `directory`; `flags` in addition to the port, which is any free one. */
export async function startHubProcess(directory: string, flags: readonly string[] = []): Promise<HubProcess> {
  const child = spawnRouter(['hub', 'serve', ...(flags.includes('--port') ? [] : ['--port', '0']), ...flags], directory)
  const exited = once(child, 'exit').then(([code]) => code as number | null)
  const output = watchOutput(child)
  const url = await listening(child, output)
  const database = flags.includes('--database') ? ['--database', flags[flags.indexOf('--database') + 1]!] : []
  return {
    url,
    waitForLog: output.waitFor,
    async post(path, document, key) {
      const body = gzipSync(seal(document, key))
      const headers = { 'content-type': SIGNED_TYPE, 'content-encoding': 'gzip' }
      try {
        const response = await fetch(`${url}${path}`, { method: 'POST', body, headers })
        return { status: response.status, body: await response.json() }
      } catch {
        return undefined
      }
    },
    async invite(...more) {
      const { code, stdout, stderr } = await runRouter(['hub', 'invite', '--json', ...database, ...more], directory)
      if (code !== 0) throw new Error(stderr)
      return (JSON.parse(stdout) as { invites: string[] }).invites
    },
    async stop() {
      child.kill('SIGTERM')
      return exited
    },
    async kill9() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** A key's enrolment. */
export const enrolment = (invite: string) => ({ type: 'enrolment', v: '1.0', invite, continent: 'EU' })

export const newKeys = (count: number): SigningKey[] => Array.from({ length: count }, generateSigningKey)

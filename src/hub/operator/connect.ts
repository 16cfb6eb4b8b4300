import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { RouterError } from '../../base/errors.ts'
import { type DatabasePlace, type HubStore, openDatabase } from '../database/open.ts'
import type { HubFacts } from '../facts/facts.ts'
import { readSettings } from '../settings.ts'
import { HubOperator, OPERATIONS, type Operator } from './operator.ts'
import { type Answer, type Call, socketPath } from './serve.ts'

/** A hub that is starting gets so long until it listens, and is looked for so often. */
const READY_MS = 60_000
const RETRY_MS = 200
/** One that starts for the first time makes its folder within this. */
const FIRST_MS = 4_000

/** Names inside the hub's directory. */
export const socketIn = (directory: string): string => join(directory, 'hub.sock')
const pgliteIn = (directory: string): string => join(directory, 'pglite')

/** Where a hub is: its directory, and its database unless that is PGlite in it. */
export interface HubPlace {
  readonly directory: string
  /** `postgres://...` */
  readonly database?: string | undefined
}

export const databaseOf = ({ directory, database }: HubPlace): DatabasePlace =>
  database === undefined ? { kind: 'pglite', directory: pgliteIn(directory) } : { kind: 'postgres', url: database }

/**
 * Does something with a hub, whether it runs or not: through PostgreSQL; on PGlite through the running hub or, when
 * none runs, in its database. One that is starting, which takes seconds, is waited for.
 * @param facts for what is published; a running hub has its own
 * @throws RouterError ROUTER_HUB_NO_HUB when there was never one; ROUTER_HUB_BUSY when it does not get ready; what
 * `openDatabase` and the work throw
 */
export async function withOperator<Result>(
  place: HubPlace,
  work: (operator: Operator) => Promise<Result>,
  { facts, readyMs = READY_MS }: { readonly facts?: HubFacts; readonly readyMs?: number } = {},
): Promise<Result> {
  const reached = await reach(place, readyMs)
  if ('remote' in reached) return work(reached.remote)
  const { store } = reached
  try {
    if (!(await readSettings(store.db))) throw new RouterError('ROUTER_HUB_NO_HUB')
    return await work(new HubOperator(store, facts))
  } finally {
    await store.close()
  }
}

async function reach(
  place: HubPlace,
  readyMs: number,
): Promise<{ readonly remote: Operator } | { readonly store: HubStore }> {
  if (place.database !== undefined) return { store: await openDatabase(databaseOf(place)) }
  const began = performance.now()
  while (!existsSync(pgliteIn(place.directory))) {
    if (performance.now() - began > Math.min(readyMs, FIRST_MS)) throw new RouterError('ROUTER_HUB_NO_HUB')
    await sleep(RETRY_MS)
  }
  const path = socketIn(place.directory)
  const giveUpAt = began + readyMs
  for (;;) {
    if (existsSync(path) && (await isServed(path))) return { remote: remote(path) }
    try {
      return { store: await openDatabase(databaseOf(place)) }
    } catch (error) {
      // It has its database and no ear yet, or no more.
      if (!(error instanceof RouterError) || error.code !== 'ROUTER_STATE_LOCKED') throw error
      if (performance.now() > giveUpAt)
        throw new RouterError('ROUTER_HUB_BUSY', { pid: error.details.pid ?? 'unknown' }, { cause: error })
      await sleep(RETRY_MS)
    }
  }
}

/** The operations, each a call. */
function remote(path: string): Operator {
  const operations = OPERATIONS.map((operation) => [
    operation,
    (...args: readonly unknown[]) => call(path, { operation, args }),
  ])
  return Object.fromEntries(operations) as unknown as Operator
}

async function call(path: string, body: Call): Promise<unknown> {
  const sent = request({
    socketPath: socketPath(path),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    agent: false,
  })
  sent.end(JSON.stringify(body))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const answer = (await json(response)) as Answer
  if ('error' in answer) throw new RouterError(answer.error.code, answer.error.details)
  return answer.result
}

/** Whether a process answers at this socket; a killed one left only its name. */
async function isServed(path: string): Promise<boolean> {
  const socket = connect(socketPath(path))
  try {
    await once(socket, 'connect')
    return true
  } catch (error) {
    if (['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
    throw error
  } finally {
    socket.destroy()
  }
}

import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { pino } from 'pino'
import { fingerprint, generateSigningKey, type SigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import type { Alarm, Head, Report, ReportCell } from '../../src/federation/protocol/types.ts'
import type { HubStore } from '../../src/hub/database/open.ts'
import { NO_PAGE } from '../../src/hub/page/create-page.ts'
import type { HubServerOptions } from '../../src/hub/server/options.ts'
import { createHubServer } from '../../src/hub/server/server.ts'
import { type Answered, send } from './http.ts'

export const EPOCH_S = 3_600
/** A clock that stands: ten minutes into an epoch. */
export const EPOCH = 494_000
export const START_MS = (EPOCH * EPOCH_S + 600) * 1_000
export const SIGNED_TYPE = 'application/vnd.commonroute.signed'
const DAY_S = 86_400

export interface TestHub {
  readonly url: string
  readonly key: SigningKey
  /** The hub's clock, Unix milliseconds. */
  readonly clock: { ms: number }
  /** Everything that was logged. */
  readonly logged: string[]
  post(path: string, body: Buffer, headers?: Record<string, string>): Promise<Answered>
  /** A signed document, gzip. */
  sendSigned(path: string, document: Head<string>, key: SigningKey): Promise<Answered>
  close(): Promise<void>
}

export async function startHub(store: HubStore, options: Partial<HubServerOptions> = {}): Promise<TestHub> {
  const key = options.key ?? generateSigningKey()
  const clock = { ms: START_MS }
  const logged: string[] = []
  const app = createHubServer({
    store,
    key,
    name: 'Test hub',
    epochSeconds: EPOCH_S,
    k: 5,
    log: pino({ level: 'info' }, { write: (line: string) => void logged.push(line) }),
    page: NO_PAGE,
    now: () => clock.ms,
    ...options,
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`
  const post: TestHub['post'] = (path, body, headers = {}) =>
    send(`${url}${path}`, { body, headers: { 'content-type': SIGNED_TYPE, ...headers } })
  return {
    url,
    key,
    clock,
    logged,
    post,
    sendSigned: (path, document, signer) =>
      post(path, gzipSync(seal(document, signer)), { 'content-encoding': 'gzip' }),
    close: () => app.close(),
  }
}

/** A member as it stands in the database, of a cohort of its own and trusted fully unless said otherwise. */
export async function addMember(
  store: HubStore,
  {
    key = generateSigningKey(),
    invite = fingerprint(key.publicKey),
    days = 60,
    status = 'active' as 'active' | 'suspended',
  } = {},
): Promise<SigningKey> {
  const id = fingerprint(key.publicKey)
  const joined = {
    joined_at: START_MS / 1000 - days * DAY_S,
    trust: null,
    deviation: 0,
    deviation_cells: 0,
    last_epoch: null,
  }
  await store.db
    .insertInto('invites')
    .values({ id: invite, note: '', uses_left: 0, vouched: false, created_at: 0, expires_at: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await store.db
    .insertInto('members')
    .values({ id, public_key: key.publicKey, invite, cohort: invite, continent: 'EU', status, ...joined })
    .execute()
  return key
}

export const addMembers = (store: HubStore, count: number): Promise<SigningKey[]> =>
  Promise.all(Array.from({ length: count }, () => addMember(store)))

export const cell = (change: Partial<ReportCell> = {}): ReportCell => ({
  provider: 'openai',
  model: 'gpt-4o-mini',
  region: '-',
  class: 'chat.lt1k.plain',
  n: 100,
  kinds: { ok: 95, provider_error: 5 },
  ttft: { n: 100, mean: 6.2, var: 0.4 },
  ...change,
})

/** A report of the last epoch that is over. */
export const report = (change: Partial<Report> = {}): Report => ({
  type: 'report',
  v: '1.0',
  epoch: EPOCH - 1,
  continent: 'EU',
  noise: true,
  cells: [cell()],
  ...change,
})

export const alarm = (state: Alarm['state'], change: Partial<Alarm> = {}): Alarm => ({
  type: 'alarm',
  v: '1.0',
  provider: 'openai',
  model: 'gpt-4o-mini',
  region: '-',
  state,
  minute: START_MS / 60_000,
  ...change,
})

/** `authorization` of a signed request. */
export const signedFor = (key: SigningKey, method: string, path: string, time = START_MS / 1000): string =>
  `Signed ${seal({ type: 'request', v: '1.0', method, path, time } as { type: 'request'; v: string }, key).toString('base64url')}`

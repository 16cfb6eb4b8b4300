/**
 * A hub for tests of members: keeps the protocol over real sockets, remembers what it got, and misbehaves route by
 * route on request.
 */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { createInvite } from '../../src/federation/protocol/invite.ts'
import { fingerprint, generateSigningKey, type SigningKey } from '../../src/federation/protocol/keys.ts'
import { PROBLEMS, type ProblemCode } from '../../src/federation/protocol/problem.ts'
import { seal, unseal, verifySealed } from '../../src/federation/protocol/signed.ts'
import type {
  Alarm,
  Head,
  HubInfo,
  HubMap,
  Incident,
  Incidents,
  MapCell,
  Report,
} from '../../src/federation/protocol/types.ts'
import { checkAlarm, checkEnrolment, checkReport } from '../../src/federation/protocol/validate.ts'
import { VERSION } from '../../src/federation/protocol/version.ts'
import { inTime } from './patience.ts'

export type HubHandler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void | Promise<void>

export interface ScriptedHubOptions {
  readonly epochSeconds?: number
  readonly k?: number
  readonly key?: SigningKey
  readonly port?: number
  /** Unix milliseconds. */
  readonly now?: () => number
}

interface ReceivedReport {
  readonly member: string
  readonly report: Report
  /** The signed document as it came. */
  readonly document: Buffer
}

export interface ScriptedHub {
  readonly url: string
  readonly port: number
  readonly key: SigningKey
  readonly invite: string
  /** What `GET /v1/hub` says; may be changed. */
  info: Omit<HubInfo, 'time'>
  readonly members: Set<string>
  /** Each (member, epoch) once, as a hub counts them. */
  readonly reports: ReceivedReport[]
  readonly alarms: Alarm[]
  /** `GET /v1/map`'s signed document; absent: 404. */
  map: Buffer | undefined
  /** Every request as `METHOD /path`. */
  readonly requests: string[]
  /** Replaces a route, `GET /v1/map`, or goes back to the rule without a handler. */
  behave(route: string, handler?: HubHandler): void
  /** Answers by the rules, whatever `behave` said. */
  serve: HubHandler
  /** Publishes a map of these cells. */
  publish(map: Partial<HubMap>, key?: SigningKey): void
  /** Announces incidents, to those who ask and to the open streams. */
  announce(incidents: readonly Incident[], time?: number): void
  /** Hangs up on those who listen. */
  closeStreams(): void
  /** Settles when this holds, looked at after every request. */
  until(condition: () => boolean): Promise<void>
  close(): Promise<void>
}

export async function startScriptedHub(options: ScriptedHubOptions = {}): Promise<ScriptedHub> {
  const { epochSeconds = 3600, k = 5, key = generateSigningKey(), now = Date.now } = options
  const handlers = new Map<string, HubHandler>()
  const streams = new Set<ServerResponse>()
  const waiting = new Set<() => void>()
  let incidents: Incidents = { type: 'incidents', v: VERSION, time: Math.floor(now() / 1000), incidents: [] }
  const frame = () => `data: ${seal(incidents, key).toString('base64url')}\n\n`

  const rules: Readonly<Record<string, HubHandler>> = {
    'GET /v1/hub': (_, response) => json(response, 200, { ...hub.info, time: Math.floor(now() / 1000) }),
    'POST /v1/members': (request, response, body) => {
      const { document, key: publicKey } = open('enrolment', request, body)
      checkEnrolment(document)
      const member = fingerprint(publicKey)
      const known = hub.members.has(member)
      hub.members.add(member)
      json(response, known ? 200 : 201, { member, k: hub.info.k, epoch_seconds: hub.info.epoch_seconds })
    },
    'GET /v1/members/me': (request, response) => {
      const member = signedBy(request)
      const epochs = hub.reports.filter((report) => report.member === member).map(({ report }) => report.epoch)
      const last = epochs.length > 0 ? Math.max(...epochs) : null
      if (!hub.members.has(member)) return problem(response, 'unknown_member')
      json(response, 200, { member, status: 'active', trust: 0.5, joined: 0, last_epoch: last, reports: epochs.length })
    },
    'DELETE /v1/members/me': (request, response) => {
      hub.members.delete(signedBy(request))
      response.writeHead(204).end()
    },
    'POST /v1/reports': (request, response, body) => {
      const { document, key: publicKey, bytes } = open('report', request, body)
      const report = checkReport(document)
      const member = fingerprint(publicKey)
      if (!hub.members.has(member)) return problem(response, 'unknown_member')
      const before = hub.reports.find((known) => known.member === member && known.report.epoch === report.epoch)
      if (before)
        return before.document.equals(bytes)
          ? json(response, 200, { status: 'already' })
          : problem(response, 'conflict')
      if ((report.epoch + 1) * epochSeconds * 1000 > now()) return problem(response, 'epoch_not_over')
      hub.reports.push({ member, report, document: bytes })
      json(response, 202, { status: 'accepted' })
    },
    'POST /v1/alarms': (request, response, body) => {
      hub.alarms.push(checkAlarm(open('alarm', request, body).document))
      json(response, 202, { status: 'accepted' })
    },
    'GET /v1/map': (request, response) => {
      if (!hub.map) return problem(response, 'not_found')
      const etag = `"${createHash('sha256').update(hub.map).digest('base64url')}"`
      if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end()
      else response.writeHead(200, { etag, 'content-type': 'application/vnd.commonroute.signed' }).end(hub.map)
    },
    'GET /v1/incidents': (_, response) => void response.writeHead(200).end(seal(incidents, key)),
    'GET /v1/incidents/stream': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(frame())
      streams.add(response)
      response.once('close', () => streams.delete(response))
    },
  }

  const server = createServer(async (request, response) => {
    const route = `${request.method} ${request.url}`
    hub.requests.push(route)
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const handler = handlers.get(route) ?? rules[route]
      if (handler) await handler(request, response, Buffer.concat(chunks))
      else problem(response, 'not_found')
    } catch (error) {
      if (!response.headersSent) problem(response, 'invalid', String(error))
    }
    for (const check of waiting) check()
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const hub: ScriptedHub = {
    url: `http://127.0.0.1:${port}`,
    port,
    key,
    invite: createInvite(fingerprint(key.publicKey)),
    info: { v: VERSION, name: 'Test hub', key: key.publicKey, epoch_seconds: epochSeconds, k },
    members: new Set(),
    reports: [],
    alarms: [],
    map: undefined,
    requests: [],
    behave(route, handler) {
      if (handler) handlers.set(route, handler)
      else handlers.delete(route)
    },
    serve: (request, response, body) => rules[`${request.method} ${request.url}`]?.(request, response, body),
    publish(map, signer = key) {
      hub.map = seal(
        mapOf({ epoch_seconds: epochSeconds, k, epoch: Math.floor(now() / 1000 / epochSeconds) - 1, ...map }),
        signer,
      )
    },
    announce(list, time = Math.floor(now() / 1000)) {
      incidents = { ...incidents, time, incidents: list }
      for (const stream of streams) stream.write(frame())
    },
    closeStreams() {
      for (const stream of streams) stream.destroy()
    },
    until: (condition) => {
      const holds = new Promise<void>((resolve) => {
        const check = () => {
          if (!condition()) return void waiting.add(check)
          waiting.delete(check)
          resolve()
        }
        check()
      })
      return inTime(holds, `the hub to be asked so that ${condition}`, () => hub.requests.join('\n'))
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return hub
}

/** A map that says only what a test is about. */
export const mapOf = (map: Partial<HubMap> & Pick<HubMap, 'epoch'>): HubMap => ({
  type: 'map',
  v: VERSION,
  epoch_seconds: 3600,
  k: 5,
  members: 20,
  cells: [],
  ...map,
})

/** A cell of the map of one endpoint in one class. */
export const cellOf = (cell: Partial<MapCell> & Pick<MapCell, 'as_of'>): MapCell => ({
  provider: 'openai',
  members: 10,
  ...cell,
})

function open(
  type: string,
  { headers }: IncomingMessage,
  body: Buffer,
): { document: Head<string>; key: string; bytes: Buffer } {
  const bytes = headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
  const sealed = unseal(bytes)
  return { document: verifySealed(type, sealed) as Head<string>, key: sealed.key, bytes }
}

function signedBy({ headers, method, url }: IncomingMessage): string {
  const sealed = unseal(Buffer.from(String(headers.authorization).replace('Signed ', ''), 'base64url'))
  const request = verifySealed('request', sealed) as { method: string; path: string }
  if (request.method !== method || request.path !== url) throw new TypeError('the request is signed for another place')
  return fingerprint(sealed.key)
}

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export const problem = (response: ServerResponse, code: ProblemCode, message = `It is ${code}.`): void =>
  json(response, PROBLEMS[code], { error: { code, message } })

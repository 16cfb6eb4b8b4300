import { Buffer } from 'node:buffer'
import { RouterError } from '../base/errors.ts'
import type { RoutingConfig } from '../config/types.ts'
import { OutcomeBook } from '../outcomes/cells/cells.ts'
import type { AttemptRecord, JsonObject, Operation } from '../plugins/api.ts'
import type { Catalogue } from '../routing/catalogue.ts'
import { Engine } from '../routing/engine.ts'
import type { Call, ClientSink } from '../routing/ports.ts'
import { createState } from '../routing/state/state.ts'
import type { Transport } from '../routing/upstream/transport.ts'
import { readCall } from '../server/read-call.ts'
import { SURFACES } from '../server/surfaces.ts'
import { createCodec } from '../wire/codec.ts'
import { RouterBooks } from './books.ts'

interface ProbeParts {
  readonly catalogue: Catalogue
  readonly transport: Transport
  readonly routing: RoutingConfig
}

/** A body without the model's name: JSON, or a form when it has a file. */
export interface ProbeRequest {
  readonly operation: Operation
  readonly fields: JsonObject
  /** By the field's name. */
  readonly files?: Readonly<Record<string, File>>
}

/**
 * One request to one endpoint through the same engine as any other, with a catalogue of just that endpoint, one
 * attempt and no memory of earlier failures. Throws ROUTER_BAD_REQUEST for an endpoint that is not configured.
 */
export async function probeRoute(
  parts: ProbeParts,
  endpointId: string,
  request: ProbeRequest,
  signal?: AbortSignal,
): Promise<AttemptRecord> {
  const { catalogue, routing, transport } = parts
  const model = [...catalogue.models.values()].find(({ routes }) =>
    routes.some(({ endpoint }) => endpoint.id === endpointId),
  )
  const route = model?.routes.find(({ endpoint }) => endpoint.id === endpointId)
  if (!model || !route)
    throw new RouterError('ROUTER_BAD_REQUEST', { reason: `The endpoint "${endpointId}" is not configured.` })
  const attempts: AttemptRecord[] = []
  const alone = { ...model, name: endpointId, routes: [{ ...route, limits: {} }], fallbacks: [] }
  const engine = new Engine(
    {
      codec: createCodec(),
      transport,
      state: createState(),
      books: new RouterBooks(new OutcomeBook({ maxCells: 1 }), [(record) => attempts.push(...record.attempts)]),
    },
    { ...catalogue, models: new Map([[endpointId, alone]]) },
    { ...routing, attempts: 1 },
  )
  await engine.handle(await callOf(endpointId, request), new NullSink(signal)).catch((error: unknown) => {
    // What went wrong upstream is in the record; without one nothing was sent.
    if (attempts.length === 0) throw error
  })
  const [attempt] = attempts
  if (!attempt) return { endpoint: endpointId, kind: 'caller_cancelled', startMs: 0, totalMs: 0 }
  return attempt
}

/** As if it had come over HTTP. */
async function callOf(model: string, { operation, fields, files }: ProbeRequest): Promise<Call> {
  const surface = SURFACES.find((each) => each.operation === operation)
  if (!surface) throw new RouterError('ROUTER_BAD_REQUEST', { reason: `There is no operation ${operation}.` })
  const { bytes, contentType } = files ? await formOf({ ...fields, model }, files) : jsonOf({ ...fields, model })
  return readCall(surface, '/v1', { 'content-type': contentType }, bytes, performance.now())
}

const jsonOf = (body: JsonObject) => ({ bytes: Buffer.from(JSON.stringify(body)), contentType: 'application/json' })

async function formOf(fields: JsonObject, files: Readonly<Record<string, File>>) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  for (const [name, file] of Object.entries(files)) form.append(name, file)
  const encoded = new Response(form)
  return { bytes: Buffer.from(await encoded.arrayBuffer()), contentType: encoded.headers.get('content-type')! }
}

/** Reads everything at once and keeps nothing; goes away when `signal` says so. */
class NullSink implements ClientSink {
  readonly #signal: AbortSignal | undefined

  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal
  }

  get closed(): boolean {
    return this.#signal?.aborted ?? false
  }

  onClose(listener: () => void): void {
    this.#signal?.addEventListener('abort', listener, { once: true })
  }

  keepAlive(): void {}
  start(): void {}

  write(): boolean {
    return true
  }

  onDrain(): void {}

  end(): void {}

  abort(): void {}
}

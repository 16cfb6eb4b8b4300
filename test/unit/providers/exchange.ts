import { Ajv2020 } from 'ajv/dist/2020.js'
import type {
  Endpoint,
  Failure,
  JsonObject,
  Operation,
  Plugin,
  ProviderAdapter,
  ProviderCall,
  UpstreamRequest,
  Wire,
} from 'commonroute/plugin'
import { applyQuirks } from '../../../src/wire/quirks/apply.ts'

const ajv = new Ajv2020({ useDefaults: true, strict: false })

/** What the schema says to these options, with defaults filled in when they are right. */
export function checked(
  plugin: { readonly schema: JsonObject },
  options: JsonObject,
): { readonly options: JsonObject; readonly valid: boolean } {
  const copy = structuredClone(options)
  return { valid: ajv.validate(plugin.schema, copy), options: copy }
}

/** An adapter made as the router makes it. */
export async function adapterOf<Options>(
  plugin: Plugin<'provider', ProviderAdapter, Options>,
  options: JsonObject,
  now: () => number = Date.now,
): Promise<ProviderAdapter> {
  const result = checked(plugin, options)
  if (!result.valid) throw new TypeError(ajv.errorsText(ajv.errors))
  const silent = (): void => undefined
  const log = { debug: silent, info: silent, warn: silent, error: silent }
  return plugin.create(result.options as Options, { id: 'test', directory: '.', log, now })
}

export const endpointOf = (model: string): Endpoint => ({ id: `test/${model}`, provider: 'test', model, weight: 1 })

export interface CallParts {
  readonly body: JsonObject | string
  readonly wire?: Wire
  readonly operation?: Operation
  readonly headers?: Readonly<Record<string, string>>
}

export function callOf({ body, wire = 'openai-chat', operation = 'chat', headers = {} }: CallParts): ProviderCall {
  const raw = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const parsed = JSON.parse(raw.toString()) as JsonObject
  return {
    id: 'gen-1',
    operation,
    wire,
    stream: parsed.stream === true,
    contentType: 'application/json',
    headers,
    body: raw,
    json: () => parsed,
  }
}

export interface Exchange {
  readonly request: UpstreamRequest
  readonly status: number
  readonly text: string
  /** What the adapter makes of the answer when it is an error. */
  readonly failure: Failure | undefined
}

/** What the adapter describes for a body to which the core has applied its quirks. */
export async function prepared(
  adapter: ProviderAdapter,
  call: ProviderCall,
  endpoint: Endpoint,
): Promise<UpstreamRequest> {
  const quirks = adapter.quirks?.(call.wire, endpoint.model)
  if (!quirks) return adapter.prepare(call, endpoint)
  const { body } = applyQuirks(call.json(), call.wire, quirks)
  return adapter.prepare(
    body === call.json() ? call : { ...call, body: Buffer.from(JSON.stringify(body)), json: () => body },
    endpoint,
  )
}

/** Sends what the adapter describes, as the core would. */
export async function send(adapter: ProviderAdapter, call: ProviderCall): Promise<Exchange> {
  const request = await prepared(adapter, call, endpointOf(String(call.json().model)))
  const response = await fetch(request.url, {
    method: request.method,
    headers: request.headers,
    body: request.body ?? null,
  })
  const text = await response.text()
  const failure = response.ok
    ? undefined
    : adapter.classify(response.status, Object.fromEntries(response.headers), text)
  return { request, status: response.status, text, failure }
}

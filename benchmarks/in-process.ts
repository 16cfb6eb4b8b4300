/**
 * The whole router in process, with adaptive routing, stats, metrics and the decision log, between a client and an
 * upstream that only hold ready-made bytes.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RouterApp } from '../src/app/router-app.ts'
import { loadConfig } from '../src/config/load.ts'
import type { Call, ClientSink } from '../src/routing/ports.ts'
import type { Asker } from '../src/routing/run/asker.ts'
import type { ResponseHandler } from '../src/routing/upstream/response-handler.ts'
import type { Transport } from '../src/routing/upstream/transport.ts'

const CONFIG = `
log: { level: error }
providers:
  one: { plugin: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: a, price: { prompt: 1, completion: 2 } }
  two: { plugin: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: b, price: { prompt: 1, completion: 2 } }
  three: { plugin: openai-compatible, base_url: "http://127.0.0.1:1/v1", api_key: c, price: { prompt: 2, completion: 4 } }
models:
  bench: { endpoints: [ one/bench, two/bench, three/bench ] }
routing: { strategy: adaptive }
`

const usage = { prompt_tokens: 9, completion_tokens: 12, total_tokens: 21 }
const answer = { id: 'chatcmpl-1', object: 'chat.completion', created: 1, model: 'bench' }
const whole = Buffer.from(
  JSON.stringify({
    ...answer,
    choices: [{ index: 0, message: { role: 'assistant', content: 'word '.repeat(12) }, finish_reason: 'stop' }],
    usage,
  }),
)
const event = (delta: object, more: object = {}) =>
  `data: ${JSON.stringify({ ...answer, choices: [{ index: 0, delta, finish_reason: null }], ...more })}\n\n`
const events = [
  ...Array.from({ length: 12 }, () => Buffer.from(event({ content: 'word ' }))),
  Buffer.from(`${event({}, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage })}data: [DONE]\n\n`),
]
const HEADERS = {
  whole: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  stream: { 'content-type': 'text/event-stream', 'x-request-id': 'req_1' },
}

const controller = { pause() {}, resume() {}, abort() {} }

/** Answers everything at once, as soon as the sender has finished sending. */
export const transport = {
  connectMs: 1000,
  answers: 'whole' as keyof typeof HEADERS,
  through: () => transport,
  send: (_adapter: unknown, _request: unknown, handler: ResponseHandler) =>
    queueMicrotask(() => transport.answer(handler)),
  answer(handler: ResponseHandler) {
    handler.onRequestStart(controller)
    handler.onResponseStart(controller, 200, HEADERS[transport.answers])
    if (transport.answers === 'whole') handler.onResponseData(controller, whole)
    // By index: an iterator would give an object for each.
    else for (let at = 0; at < events.length; at++) handler.onResponseData(controller, events[at]!)
    handler.onResponseEnd(controller)
  },
}

/** Asks the next one when it has its answer: without a promise, which would count as the router's. */
class Client implements ClientSink, Asker {
  readonly closed = false
  readonly #next: () => void

  constructor(next: () => void) {
    this.#next = next
  }

  settled(): void {
    this.#next()
  }

  onClose(): void {}
  keepAlive(): void {}
  start(): void {}
  write(): boolean {
    return true
  }
  onDrain(): void {}
  end(): void {}
  abort(): void {}
}

let count = 0

/** A request of its own each time, as the server would read it. */
export function callOf(stream: boolean): Call {
  const content = `Say a few words about ${count++}.`
  const body = { model: 'bench', stream, messages: [{ role: 'user', content }] }
  return {
    id: `gen-1767225600-${count}`,
    time: Date.now(),
    arrivedMs: performance.now(),
    operation: 'chat',
    wire: 'openai-chat',
    flavour: 'openai',
    stream,
    contentType: 'application/json',
    headers: {},
    raw: Buffer.from(JSON.stringify(body)),
    body,
  }
}

/** `concurrency`: so many at a time. */
export function ask(app: RouterApp, requests: number, concurrency = 1): Promise<void> {
  const stream = transport.answers === 'stream'
  let left = requests
  let asking = concurrency
  return new Promise((resolve) => {
    const next = () => {
      if (left-- > 0) {
        const client = new Client(next)
        app.engine.begin(callOf(stream), client, 'client', client)
      } else if (--asking === 0) resolve()
    }
    for (let each = 0; each < concurrency; each++) next()
  })
}

export async function startInProcess(): Promise<{ app: RouterApp; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'commonroute-in-process-'))
  const file = join(folder, 'config.yaml')
  writeFileSync(file, CONFIG)
  const app = await RouterApp.create(loadConfig(file))
  Object.assign(app.engine, { transport: transport as unknown as Transport })
  const stop = async () => {
    await app.close()
    rmSync(folder, { recursive: true, force: true })
  }
  return { app, stop }
}

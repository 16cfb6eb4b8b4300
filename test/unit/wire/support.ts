import { readFileSync } from 'node:fs'
import type { JsonObject, Wire } from '../../../src/plugins/api.ts'
import type { ReadContext, Reading, StreamReader } from '../../../src/routing/codec.ts'
import type { Call } from '../../../src/routing/ports.ts'
import { createCodec } from '../../../src/wire/codec.ts'

export const codec = createCodec()

export const fixture = (name: string): Buffer => readFileSync(new URL(`../../wire/fixtures/${name}`, import.meta.url))

/** A call of a client; `body` also as the raw bytes unless `raw` is given. */
export function callOf(wire: Wire, body: JsonObject, more: Partial<Call> = {}): Call {
  return {
    id: 'gen-1700000000-abc',
    time: 1_700_000_000_123,
    arrivedMs: 0,
    operation: wire === 'openai-completions' ? 'completion' : wire === 'openai-embeddings' ? 'embedding' : 'chat',
    wire,
    flavour: 'openai',
    stream: true,
    contentType: 'application/json',
    headers: {},
    raw: Buffer.from(JSON.stringify(body)),
    body,
    ...more,
  }
}

/** Read in the client's own wire, unless another one is given. A token costs a thousandth of a dollar. */
export function contextOf(call: Call, wire: Wire = call.wire): ReadContext {
  return {
    call,
    wire,
    provider: 'acme',
    model: 'acme-1',
    cost: (usage) => ((usage.inputTokens ?? 0) + (usage.outputTokens ?? 0)) / 1000,
  }
}

/** Cuts bytes at the given places, taken modulo the length. */
export function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const borders = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return borders.slice(1).map((border, i) => bytes.subarray(borders[i], border))
}

export function readingOf(reader: Reading): Reading {
  const {
    started,
    finished,
    errorText,
    malformed,
    invalidOutput,
    usage,
    finishReason,
    upstreamId,
    outputChars,
    toolCalls,
  } = reader
  const brokenEvents = reader.brokenEvents || undefined
  const all = {
    started,
    finished,
    errorText,
    malformed,
    invalidOutput,
    usage,
    finishReason,
    upstreamId,
    outputChars,
    toolCalls,
    brokenEvents,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as Reading
}

/** The whole stream through a reader: what went to the client, and what was read. */
export function run(reader: StreamReader, chunks: readonly Buffer[]): { bytes: string; reading: Reading } {
  const out = [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()]
  return { bytes: Buffer.concat(out).toString(), reading: readingOf(reader) }
}

export const sse = (...events: readonly (JsonObject | string)[]): Buffer =>
  Buffer.from(events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join(''))

/** The data of the events in a stream, parsed. */
export const dataOf = (bytes: string): JsonObject[] =>
  bytes
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)) as JsonObject)

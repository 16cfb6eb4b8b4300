/** Chats through Cohere's and Ollama's own wires: what is sent and what comes back, by cases in `test/wire`. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../src/plugins/api.ts'
import type { UpstreamConverter } from '../../../../src/wire/converter.ts'
import { cohereChatConverter } from '../../../../src/wire/wires/cohere-chat/convert.ts'
import { ollamaChatConverter } from '../../../../src/wire/wires/ollama-chat/convert.ts'
import { context } from './anthropic-messages/convert/support.ts'

interface Case<Upstream = JsonObject, Client = JsonObject> {
  readonly what: string
  readonly client: Client
  readonly upstream: Upstream
  readonly dropped?: readonly string[]
}

const FOLDERS: readonly (readonly [string, UpstreamConverter])[] = [
  ['openai-over-cohere', cohereChatConverter],
  ['openai-over-ollama', ollamaChatConverter],
]

describe.each(FOLDERS)('%s', (folder, converter) => {
  const cases = <T>(file: string): readonly T[] =>
    JSON.parse(readFileSync(new URL(`../../../wire/${folder}/${file}.json`, import.meta.url), 'utf8')) as T[]

  it.each(cases<Case>('requests'))('sends $what', ({ client, upstream, dropped = [] }) => {
    const before = structuredClone(client)
    const left: string[] = []
    const body = converter.requestFromHub(client, { onDropped: (what) => left.push(what) })
    expect(plain(body)).toEqual(upstream)
    expect(left).toEqual(dropped)
    expect(client).toEqual(before)
  })

  it.each(cases<{ what: string; client: JsonObject; reason: string }>('refused'))('refuses $what', (one) => {
    expect(() => converter.requestFromHub(one.client)).toThrow(one.reason)
  })

  it.each(cases<Case>('answers'))('reads an answer with $what', ({ upstream, client }) => {
    expect(plain(converter.responseToHub(upstream, context))).toEqual(client)
  })

  it.each(cases<Case<readonly JsonObject[], readonly unknown[]>>('streams'))('reads a stream with $what', (one) => {
    const stream = converter.streamToHub!(context)
    const events = one.upstream.flatMap(({ event, data, ...line }) =>
      event === undefined ? stream.event(undefined, line) : stream.event(String(event), data as JsonObject),
    )
    expect(plain([...events, ...stream.end()].map(({ data }) => data))).toEqual(one.client)
  })
})

/** As it goes over the wire. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

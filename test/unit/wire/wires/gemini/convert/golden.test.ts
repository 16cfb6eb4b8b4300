/** What becomes of requests, answers and streams between Gemini's wire and the hub: `test/wire/<client>-over-<upstream>`. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { ConvertContext, StreamConverter } from '../../../../../../src/wire/converter.ts'
import { geminiConverter as converter } from '../../../../../../src/wire/wires/gemini/convert/index.ts'

interface Case {
  readonly kind: 'request' | 'response' | 'stream'
  readonly name: string
  readonly given: JsonObject & JsonObject[]
  readonly expected: unknown
}

const context: ConvertContext = {
  id: 'gen-1',
  created: 1,
  model: 'm',
  maker: 'gemini/m',
  request: {},
  now: () => 2,
  includeUsage: true,
}

const streamed = (stream: StreamConverter, events: readonly JsonObject[]) =>
  [...events.flatMap((event) => stream.event(undefined, event)), ...stream.end()].map(({ data }) => data)

const casesOf = (folder: string): Case[] =>
  JSON.parse(readFileSync(new URL(`../../../../../wire/${folder}/cases.json`, import.meta.url), 'utf8')) as Case[]

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('a client of OpenAI over Gemini', () => {
  const to = {
    request: (body: JsonObject) => converter.requestFromHub(body),
    response: (body: JsonObject) => converter.responseToHub(body, context),
    stream: (events: JsonObject & JsonObject[]) => streamed(converter.streamToHub(context), events),
  }
  it.each(casesOf('openai-over-gemini'))('$kind: $name', ({ kind, given, expected }) => {
    expect(plain(to[kind](given))).toEqual(expected)
  })
})

describe('a client of Gemini over OpenAI', () => {
  const to = {
    request: (body: JsonObject) => converter.requestToHub(body),
    response: (body: JsonObject) => converter.responseFromHub(body, context),
    stream: (events: JsonObject & JsonObject[]) => streamed(converter.streamFromHub(context), events),
  }
  it.each(casesOf('gemini-over-openai'))('$kind: $name', ({ kind, given, expected }) => {
    expect(plain(to[kind](given))).toEqual(expected)
  })
})

/**
 * Conversations written by hand from the makers' documentation:
 * `test/wire/<client>-over-<upstream>/<case>/{client,upstream}-*`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { OutEvent } from '../../../../../../src/wire/converter.ts'
import { messagesConverter as converter } from '../../../../../../src/wire/wires/anthropic-messages/convert/index.ts'
import { context, parseSse, runStream } from './support.ts'

interface Direction {
  readonly request: (body: JsonObject, name: string) => JsonObject
  readonly response: (body: JsonObject) => JsonObject
  readonly stream: (events: readonly OutEvent[]) => OutEvent[]
}

const directions: Readonly<Record<string, Direction>> = {
  'openai-over-anthropic': {
    request: (body) => converter.requestFromHub(body),
    response: (body) => converter.responseToHub(body, context),
    stream: (events) => runStream(converter.streamToHub(context), events),
  },
  'anthropic-over-openai': {
    request: (body, name) => converter.requestToHub(body, { extensions: name === 'openrouter' }),
    response: (body) => converter.responseFromHub(body, context),
    stream: (events) => runStream(converter.streamFromHub(context), events),
  },
}

const json = (file: URL): JsonObject => JSON.parse(readFileSync(file, 'utf8')) as JsonObject
const sse = (file: URL): OutEvent[] => parseSse(readFileSync(file, 'utf8'))

describe.each(Object.entries(directions))('%s', (folder, { request, response, stream }) => {
  const root = new URL(`../../../../../wire/${folder}/`, import.meta.url)
  describe.each(readdirSync(root))('%s', (name) => {
    const at = (file: string): URL => new URL(`${name}/${file}`, root)

    it('request', () => {
      expect(request(json(at('client-request.json')), name)).toEqual(json(at('upstream-request.json')))
    })
    if (existsSync(at('upstream-response.json')))
      it('response', () => {
        expect(response(json(at('upstream-response.json')))).toEqual(json(at('client-response.json')))
      })
    if (existsSync(at('upstream-stream.sse')))
      it('stream', () => {
        expect(stream(sse(at('upstream-stream.sse')))).toEqual(sse(at('client-stream.sse')))
      })
  })
})

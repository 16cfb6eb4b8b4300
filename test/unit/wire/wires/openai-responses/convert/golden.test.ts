/**
 * Conversations written by hand from the makers' documentation:
 * `test/wire/<client>-over-<upstream>/<case>/{client,upstream}-*`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../../../src/plugins/api.ts'
import type { ConvertContext, OutEvent } from '../../../../../../src/wire/converter.ts'
import { responsesConverter as converter } from '../../../../../../src/wire/wires/openai-responses/convert/index.ts'
import { context, parseSse, runStream } from '../../anthropic-messages/convert/support.ts'

interface Direction {
  readonly request: (body: JsonObject) => JsonObject
  readonly response: (body: JsonObject, context: ConvertContext) => JsonObject
  readonly stream: (events: readonly OutEvent[], context: ConvertContext) => OutEvent[]
}

const { maker } = context

const directions: Readonly<Record<string, Direction>> = {
  'responses-over-openai': {
    request: (body) => converter.requestToHub(body, { maker }),
    response: (body, of) => converter.responseFromHub(body, of),
    stream: (events, of) => runStream(converter.streamFromHub(of), events),
  },
  'openai-over-responses': {
    request: (body) => converter.requestFromHub(body, { maker }),
    response: (body, of) => converter.responseToHub(body, of),
    stream: (events, of) => runStream(converter.streamToHub(of), events),
  },
}

const json = (file: URL): JsonObject => JSON.parse(readFileSync(file, 'utf8')) as JsonObject
const sse = (file: URL): OutEvent[] => parseSse(readFileSync(file, 'utf8'))

describe.each(Object.entries(directions))('%s', (folder, { request, response, stream }) => {
  const root = new URL(`../../../../../wire/${folder}/`, import.meta.url)
  describe.each(readdirSync(root))('%s', (name) => {
    const at = (file: string): URL => new URL(`${name}/${file}`, root)
    const asked = json(at('client-request.json'))
    const of = { ...context, request: asked }

    it('request', () => {
      expect(request(asked)).toEqual(json(at('upstream-request.json')))
    })
    if (existsSync(at('upstream-response.json')))
      it('response', () => {
        expect(response(json(at('upstream-response.json')), of)).toEqual(json(at('client-response.json')))
      })
    if (existsSync(at('upstream-stream.sse')))
      it('stream', () => {
        expect(stream(sse(at('upstream-stream.sse')), of)).toEqual(sse(at('client-stream.sse')))
      })
  })
})

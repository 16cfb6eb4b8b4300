/** Responses between a client and an endpoint that speak it: what neither has to know passes byte for byte. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AnyUpstream, startAnyUpstream } from '../helpers/any-upstream.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

/** Keys in an order of their own, white space, numbers that no double holds, escapes, fields that nobody knows. */
const BEFORE =
  '{ "input" : [ {"role":"user","content":"Caf\\u00e9 \\ud83d\\ude00 é"} ],\n\t"new_field":{"b":1.50,"a":1e2},'
const AFTER = ' "store": false, "seed":12345678901234567890 ,"metadata":{ } '
const bodyFor = (model: string, more = '') => `${BEFORE} "model" : "${model}",${AFTER}${more}}\n`

const USAGE =
  '"usage":{"input_tokens":5,"input_tokens_details":{"cached_tokens":0},"output_tokens":7,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":12}'
const RESPONSE = (status: string, output: string, more: string) =>
  `{"id":"resp_1", "object":"response","created_at":1,"status":"${status}","model":"gpt-x-2026","output":[${output}],"later":98765432109876543210${more}}`
const TEXT = '{ "type":"output_text","text":"Caf\\u00e9","annotations":[ ],"fresh":1.0}'
const MESSAGE = `{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[${TEXT}]}`
const WHOLE = `${RESPONSE('completed', MESSAGE, `,\n  ${USAGE}`)}\n`
const EVENTS = [
  `event: response.created\ndata: {"type":"response.created","sequence_number":0,"response":${RESPONSE('in_progress', '', '')}}\n\n`,
  ': a comment\n\n',
  'event: response.unheard.of\ndata: {"type":"response.unheard.of", "sequence_number":1,"n":12345678901234567890}\n\n',
  'event: response.output_item.added\ndata: {"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{"type":"message","id":"msg_1","status":"in_progress","role":"assistant","content":[]}}\n\n',
  'event: response.output_text.delta\ndata:{"delta":"Caf\\u00e9", "type":"response.output_text.delta","sequence_number":3,"item_id":"msg_1","output_index":0,"content_index":0,"obfuscation":"xY"}\n\n',
  `event: response.completed\nid: 7\ndata: {"type":"response.completed","sequence_number":4,"response":${WHOLE.trim().replaceAll('\n', '')}}\n\n`,
]

let upstream: AnyUpstream
let router: Router
beforeAll(async () => {
  upstream = await startAnyUpstream(({ body }, response) => {
    const stream = body.toString().includes('"stream"')
    response.writeHead(200, { 'content-type': stream ? 'text/event-stream; charset=utf-8' : 'application/json' })
    if (stream) for (const event of EVENTS) response.write(event)
    response.end(stream ? undefined : WHOLE)
  })
  router = await startRouter({
    config: {
      providers: { native: { plugin: 'openai', base_url: `${upstream.origin}/v1`, api_key: 'sk-upstream-secret' } },
      models: { mine: { endpoints: ['native/gpt-x'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

it.each([
  ['whole', '', WHOLE],
  ['as a stream', ', "stream" :true', EVENTS.join('')],
])('requests and answers, %s', async (_how, more, expected) => {
  const { status, text } = await send(`${router.url}/v1/responses`, { body: bodyFor('mine', more) })
  expect(status).toBe(200)
  const asked = upstream.asked.at(-1)!
  expect(asked.url).toBe('/v1/responses')
  expect(asked.body.toString()).toBe(bodyFor('gpt-x', more))
  expect(text).toBe(expected)
})

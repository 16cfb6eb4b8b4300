/** Clients that compress what they send, as Codex does. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialects } from '../helpers/dialects.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Hello.' })
  router = await startRouter({
    config: {
      server: { body_limit: '1mb' },
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

const JSON_BODY = Buffer.from(JSON.stringify(dialects.openai.request('up/m', false)))
const post = (body: Buffer, encoding: string) =>
  send(`${router.url}/v1/chat/completions`, { body, headers: { 'content-encoding': encoding } })

it.each<[string, Buffer]>([
  ['gzip', gzipSync(JSON_BODY)],
  ['x-gzip', gzipSync(JSON_BODY)],
  ['deflate', deflateSync(JSON_BODY)],
  ['Deflate', deflateRawSync(JSON_BODY)],
  ['br', brotliCompressSync(JSON_BODY)],
  ['zstd', zstdCompressSync(JSON_BODY)],
  ['gzip, zstd', zstdCompressSync(gzipSync(JSON_BODY))],
  ['identity', JSON_BODY],
  ['IDENTITY', JSON_BODY],
  ['utf-8', JSON_BODY],
  ['', JSON_BODY],
])('"%s" is understood', async (encoding, body) => {
  const answer = await post(body, encoding)
  expect(answer.status, answer.text).toBe(200)
  expect(dialects.openai.text(answer)).toBe('Hello.')
  expect(upstream.requests.at(-1)?.headers).not.toHaveProperty('content-encoding')
})

it.each<[number, string, string, Buffer]>([
  [415, 'compress', 'gzip, deflate, br, zstd', JSON_BODY],
  [415, 'gzip, gzip, gzip, gzip', 'gzip, deflate, br, zstd', JSON_BODY],
  [400, 'gzip', 'not readable', JSON_BODY],
  [400, 'zstd', 'not readable', gzipSync(JSON_BODY)],
  [400, 'br', 'not readable', Buffer.alloc(0)],
  [400, 'gzip', 'not readable', gzipSync(JSON_BODY).subarray(0, 40)],
  // What comes out counts.
  [413, 'gzip', 'server.body_limit', gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20))],
  [413, 'br, zstd', 'server.body_limit', zstdCompressSync(brotliCompressSync(Buffer.alloc(64 * 1024 * 1024, 0x20)))],
])('%s for "%s": %s', async (status, encoding, words, body) => {
  const before = upstream.requests.length
  const answer = await post(body, encoding)
  expect(answer.status, answer.text).toBe(status)
  expect(answer.text).toContain(words)
  expect(upstream.requests.length).toBe(before)
})

it('a byte order mark before the JSON is no error, and stays here', async () => {
  const answer = await send(`${router.url}/v1/chat/completions`, {
    body: Buffer.concat([Buffer.from('\ufeff'), JSON_BODY]),
  })
  expect(answer.status, answer.text).toBe(200)
})

/**
 * What clients say about answers, over real sockets: counted once, kept over a restart, written down without content.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let router: Router

beforeAll(async () => {
  upstream = await startUpstream()
  upstream.script('broken', faults.status(400))
  router = await startRouter({
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream' } },
      models: { good: { endpoints: ['up/good'] }, broken: { endpoints: ['up/broken'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})

async function ask(model: string): Promise<string> {
  const answer = await send(`${router.url}/v1/chat/completions`, {
    body: { model, messages: [{ role: 'user', content: 'hi' }] },
  })
  return String(answer.headers['x-generation-id'])
}

const say = (body: Json, path = '/v1/feedback') => send(`${router.url}${path}`, { body })

it('takes a score, in either shape, and says whether it counts', async () => {
  const id = await ask('good')
  expect((await say({ generation_id: id, score: 0.5 })).json).toEqual({
    data: { success: true, id, counted: true, score: 0.5 },
  })
  const openrouter = await say(
    { generation_id: id, category: 'incorrect_response', comment: 'No.' },
    '/api/v1/generation/feedback',
  )
  expect(openrouter.json).toMatchObject({ data: { success: true, counted: true, score: 0 } })
  expect((await say({ generation_id: id, retried: true })).json).toMatchObject({ data: { counted: false } })
})

it('accepts what is said of a failed request, and counts it for no model', async () => {
  expect((await say({ id: await ask('broken'), thumbs: 'down' })).json).toMatchObject({
    data: { success: true, counted: false },
  })
})

it('answers 404 for an unknown id and 400 for nonsense, in the dialect', async () => {
  const unknown = await say({ generation_id: 'gen-1-nobody', thumbs: 'up' })
  expect(unknown.status).toBe(404)
  expect(unknown.json).toMatchObject({ error: { metadata: { router_code: 'ROUTER_GENERATION_NOT_FOUND' } } })
  const nonsense = await say({ generation_id: 'gen-1', score: 7 }, '/api/v1/feedback')
  expect(nonsense.status).toBe(400)
  expect(nonsense.json).toMatchObject({ error: { code: 400, message: expect.stringContaining('from 0') } })
  expect((await send(`${router.url}/v1/feedback`, { body: '[]' })).status).toBe(400)
})

it('is kept over a restart and written to the decision log, without the comment', async () => {
  const id = await ask('good')
  await say({ generation_id: id, thumbs: 'up', comment: 'a private remark' })
  router.signal('SIGTERM')
  await router.exited
  const folder = join(router.stateDirectory, 'outcomes')
  const files = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8')))
  const lines = files.join('').trim().split('\n')
  const feedback = lines.map((line) => JSON.parse(line) as Json).filter(({ type }) => type === 'feedback')
  expect(feedback.find((line) => line.id === id)).toMatchObject({
    model: 'good',
    endpoint: 'up/good',
    signal: 'thumbs',
    score: 1,
    counted: true,
  })
  expect(files.join('')).not.toContain('private remark')
  const stats = await readFile(join(router.stateDirectory, 'stats.json'), 'utf8')
  expect(stats).toContain(id)
  expect(stats).not.toContain('private remark')

  router = await router.restart()
  expect((await say({ generation_id: id, retried: true })).json).toMatchObject({ data: { counted: false } })
  const explained = await router.cli('explain', id)
  expect(explained.code).toBe(0)
})

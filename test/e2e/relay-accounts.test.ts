/** What is passed through to a provider with several keys. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { type AnyUpstream, type Asked, json, startAnyUpstream } from '../helpers/any-upstream.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'

let upstream: AnyUpstream
let router: Router
/** Statuses by key. */
let refused: Readonly<Record<string, number>>
let made = 0

beforeAll(async () => {
  upstream = await startAnyUpstream(({ headers }, response) => {
    const status = refused[headers.authorization!.slice('Bearer '.length)]
    if (status) json(response, { error: { message: 'No.' } }, status, status === 429 ? { 'retry-after': '60' } : {})
    else json(response, { id: `video_${++made}0000000`, object: 'video' })
  })
  const up = { plugin: 'openai-compatible', base_url: `${upstream.origin}/v1`, passthrough: true }
  const three = ['a', 'b', 'c']
  router = await startRouter({
    config: {
      providers: Object.fromEntries(
        ['turns', 'kept', 'p401', 'p402', 'p429'].map((id) => [
          id,
          { ...up, api_keys: three.map((letter) => `sk-${id}-key-${letter}`) },
        ]),
      ),
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
})
beforeEach(() => {
  refused = {}
})
afterEach(() => void (upstream.asked as Asked[]).splice(0))

const keys = () => upstream.asked.map(({ headers }) => headers.authorization!.split('-').at(-1)).join('')
const post = (provider: string) => send(`${router.url}/providers/${provider}/videos`, { body: { prompt: 'A cat.' } })

it('goes to each key in turn', async () => {
  for (let times = 0; times < 6; times++) expect((await post('turns')).status).toBe(200)
  expect(keys()).toBe('abcabc')
})

it.each([401, 402, 429])('lets a key rest that was answered %i', async (status) => {
  const provider = `p${status}`
  refused = { [`sk-${provider}-key-b`]: status }
  const statuses: number[] = []
  for (let times = 0; times < 6; times++) statuses.push((await post(provider)).status)
  expect(statuses.filter((each) => each === status)).toHaveLength(1)
  expect(keys().match(/b/g)).toHaveLength(1)
})

it('comes back to the key under which something was made', async () => {
  await post('kept')
  const { json: video } = await post('kept')
  for (let times = 0; times < 3; times++) await send(`${router.url}/providers/kept/videos/${video!.id}/content`, {})
  expect(keys()).toBe('abbbb')
})

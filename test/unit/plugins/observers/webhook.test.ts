import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Observer, PluginLog, RequestRecord, RouterEvent } from '../../../../src/plugins/api.ts'
import { PluginRegistry } from '../../../../src/plugins/registry.ts'
import { waitFor } from '../../../helpers/wait-for.ts'

interface Post {
  readonly headers: IncomingHttpHeaders
  readonly body: { readonly records: { id: string }[]; readonly dropped: number }
  readonly answer: ServerResponse
}

const record = (id: string): RequestRecord => ({
  id,
  time: 1,
  requestedModel: 'small',
  model: 'small',
  operation: 'chat',
  wire: 'openai-chat',
  class: 'chat.lt1k.plain',
  stream: false,
  strategy: 'priority',
  configVersion: 'v1',
  inputTokensEstimate: 3,
  candidates: [],
  excluded: [],
  attempts: [{ endpoint: 'a/m', kind: 'ok', startMs: 0, totalMs: 5, ttftMs: 4, usage: { inputTokens: 3 } }],
  kind: 'ok',
  totalMs: 6,
  overheadMs: 0.1,
})

describe('webhook', () => {
  const posts: Post[] = []
  let arrived: PromiseWithResolvers<void>
  let url = ''
  const warn = vi.fn<PluginLog['warn']>()
  const log = { debug: () => {}, info: () => {}, warn, error: () => {} }
  const server = createServer(async (request, answer) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    posts.push({ headers: request.headers, body: JSON.parse(Buffer.concat(chunks).toString()), answer })
    arrived.resolve()
    arrived = Promise.withResolvers()
  })

  beforeEach(async () => {
    posts.length = 0
    arrived = Promise.withResolvers()
    warn.mockReset()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=hidden`
  })

  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  const webhook = (options = {}): Promise<Observer> =>
    new PluginRegistry({ directory: '.', log }).create('observer', {
      id: 'hook',
      plugin: 'webhook',
      options: { url, ...options },
      place: {},
      placeOf: () => ({}),
    })

  /** The nth post, as soon as it is there. */
  async function post(index: number): Promise<Post> {
    while (posts[index] === undefined) await arrived.promise
    return posts[index]
  }

  const ids = ({ body }: Post): string[] => body.records.map(({ id }) => id)

  const observeAll = (observer: Observer, ...names: string[]): void => {
    for (const name of names) observer.observe(record(name))
  }

  const answer = async (index: number, status = 204): Promise<Post> => {
    const one = await post(index)
    one.answer.writeHead(status).end()
    return one
  }

  test('posts batches in snake_case with the headers asked for', async () => {
    const observer = await webhook({ batch_size: 2, headers: { authorization: 'Bearer hidden' } })
    observeAll(observer, 'one', 'two')
    const { headers, body } = await answer(0)
    expect(headers).toMatchObject({ 'content-type': 'application/json', authorization: 'Bearer hidden' })
    expect(body).toEqual({
      dropped: 0,
      records: [
        expect.objectContaining({
          id: 'one',
          requested_model: 'small',
          attempts: [expect.objectContaining({ ttft_ms: 4, usage: { input_tokens: 3 } })],
        }),
        expect.objectContaining({ id: 'two' }),
      ],
    })
    await observer.close?.()
  })

  test('does not wait for ever for a batch to fill', async () => {
    const observer = await webhook({ interval_ms: 1 })
    observeAll(observer, 'lonely')
    expect(ids(await answer(0))).toEqual(['lonely'])
    await observer.close?.()
  })

  test('sends again what was not taken, oldest first', async () => {
    const observer = await webhook({ batch_size: 1, interval_ms: 1 })
    observeAll(observer, 'one')
    await answer(0, 503)
    expect(ids(await answer(1, 429))).toEqual(['one'])
    expect(ids(await answer(2))).toEqual(['one'])
    await observer.close?.()
    expect(posts).toHaveLength(3)
    expect(warn.mock.calls.map(([fields]) => fields.status)).toEqual([503, 429])
  })

  test('drops what is refused and counts it', async () => {
    const observer = await webhook({ batch_size: 1, interval_ms: 1 })
    observeAll(observer, 'bad')
    await answer(0, 400)
    observeAll(observer, 'good')
    expect((await answer(1)).body).toMatchObject({ records: [{ id: 'good' }], dropped: 1 })
    await observer.close?.()
  })

  test('a full queue loses the oldest and counts them, and a delivered count starts again', async () => {
    const observer = await webhook({ batch_size: 2, max_queue: 4, interval_ms: 1 })
    observeAll(observer, '1', '2')
    await post(0)
    observeAll(observer, '3', '4', '5', '6', '7', '8')
    await answer(0)
    const second = await answer(1)
    expect([ids(second), second.body.dropped]).toEqual([['5', '6'], 2])
    const third = await answer(2)
    expect([ids(third), third.body.dropped]).toEqual([['7', '8'], 0])
    await observer.close?.()
  })

  test('a batch that comes back to a full queue is lost first', async () => {
    const observer = await webhook({ batch_size: 2, max_queue: 2, interval_ms: 1 })
    observeAll(observer, '1', '2')
    await post(0)
    observeAll(observer, '3', '4')
    await answer(0, 500)
    const second = await answer(1)
    expect([ids(second), second.body.dropped]).toEqual([['3', '4'], 2])
    await observer.close?.()
  })

  test('close delivers what is left', async () => {
    const observer = await webhook({ batch_size: 2, interval_ms: 3_600_000 })
    observeAll(observer, '1', '2', '3')
    await answer(0)
    const closing = observer.close?.()
    expect(ids(await answer(1))).toEqual(['3'])
    await closing
    observeAll(observer, 'late')
    expect(warn).not.toHaveBeenCalled()
  })

  test('close gives up after its deadline and says what is lost', async () => {
    const observer = await webhook({ batch_size: 2, close_timeout_ms: 1 })
    observeAll(observer, '1', '2', '3')
    await post(0)
    await observer.close?.()
    expect(warn).toHaveBeenLastCalledWith(
      { plugin: 'hook', lost: 3, lost_events: 0 },
      'The webhook was closed before all records and events were delivered',
    )
  })

  test('events that were lost are counted, in the next batch and at the end', async () => {
    const event: RouterEvent = { event: 'short_answers', state: 'ended', time: 1, endpoint: 'a/m', model: 'small' }
    const observer = await webhook({ interval_ms: 1, close_timeout_ms: 1 })
    observer.notice?.(event)
    await answer(0, 400)
    observer.notice?.(event)
    const { body } = await post(1)
    expect(body).toEqual({ records: [], events: [event], dropped: 0, dropped_events: 1 })
    await observer.close?.()
    expect(warn).toHaveBeenLastCalledWith({ plugin: 'hook', lost: 0, lost_events: 2 }, expect.any(String))
  })

  test('a URL that nobody answers costs nothing but the records, and never shows in the log', async () => {
    const observer = await webhook({
      url: 'http://127.0.0.1:1/?token=hidden',
      batch_size: 1,
      headers: { authorization: 'Bearer hidden' },
    })
    observeAll(observer, '1')
    await waitFor(() => expect(warn).toHaveBeenCalled())
    await observer.close?.()
    expect(warn).toHaveBeenLastCalledWith({ plugin: 'hook', lost: 1, lost_events: 0 }, expect.any(String))
    expect(JSON.stringify(warn.mock.calls)).not.toContain('hidden')
  })
})

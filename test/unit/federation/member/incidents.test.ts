import type { ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { IncidentFeed } from '../../../../src/federation/member/incidents/incidents.ts'
import { HubClient } from '../../../../src/federation/member/membership/hub-client.ts'
import { generateSigningKey } from '../../../../src/federation/protocol/keys.ts'
import { seal } from '../../../../src/federation/protocol/signed.ts'
import type { Incident } from '../../../../src/federation/protocol/types.ts'
import { type ScriptedHub, startScriptedHub } from '../../../helpers/scripted-hub.ts'

const minute = () => Math.floor(Date.now() / 60_000)
const incident = (model: string, more: Partial<Incident> = {}): Incident => ({
  id: model,
  provider: 'openai',
  model,
  region: '-',
  opened: minute(),
  members: 5,
  ...more,
})

let hub: ScriptedHub
let client: HubClient
let feed: IncidentFeed
let seen: string[][]
let problems: (string | undefined)[]
let running: Promise<void>
const waiting = new Set<() => void>()
let skew = 0

const wake = () => {
  for (const check of waiting) check()
}
const until = (condition: () => boolean): Promise<void> =>
  new Promise((resolve) => {
    const check = () => {
      if (!condition()) return void waiting.add(check)
      waiting.delete(check)
      resolve()
    }
    check()
  })
const newest = () => seen.at(-1)?.join() ?? 'nothing'

beforeEach(async () => {
  hub = await startScriptedHub()
  client = new HubClient(hub.url)
  seen = []
  problems = []
  skew = 0
  feed = new IncidentFeed({
    client,
    hubKey: hub.key.publicKey,
    onChange: (open) => {
      seen.push(open.map(({ model }) => model))
      wake()
    },
    onProblem: (reason) => {
      problems.push(reason)
      wake()
    },
    now: () => Date.now() + skew,
    retryMs: { first: 1, max: 4 },
  })
})
afterEach(async () => {
  feed.stop()
  await running
  await client.close()
  await hub.close()
})

describe('the open incidents', () => {
  test('come with the stream, as they open and close', async () => {
    hub.announce([incident('a')])
    running = feed.run()
    await until(() => newest() === 'a')
    await hub.until(() => hub.requests.includes('GET /v1/incidents/stream'))
    hub.announce([incident('b'), incident('a', { closed: minute() })])
    await until(() => newest() === 'b')
    hub.announce([])
    await until(() => newest() === '')
    expect(feed.open).toEqual([])
  })

  test('are asked for where there is no stream', async () => {
    hub.behave('GET /v1/incidents/stream', (_, response) => void response.writeHead(404).end())
    hub.announce([incident('a')])
    running = feed.run()
    await until(() => newest() === 'a')
    hub.announce([])
    await until(() => newest() === '')
    await until(() => problems.some((reason) => reason?.includes('answers 404')))
  })

  test('come again after the stream broke', async () => {
    running = feed.run()
    await until(() => seen.length >= 2)
    hub.behave('GET /v1/incidents/stream', (request) => void request.socket.destroy())
    hub.announce([incident('a')])
    hub.behave('GET /v1/incidents/stream')
    await until(() => newest() === 'a')
  })

  test.each([
    [
      'signed by another key',
      () => seal({ type: 'incidents', v: '1.0', time: 1, incidents: [incident('x')] } as never, generateSigningKey()),
    ],
    [
      'of the future',
      () =>
        seal({ type: 'incidents', v: '1.0', time: minute() * 60 + 4000, incidents: [incident('x')] } as never, hub.key),
    ],
    [
      'sent again after five minutes',
      () =>
        seal({ type: 'incidents', v: '1.0', time: minute() * 60 - 400, incidents: [incident('x')] } as never, hub.key),
    ],
    ['that break the schema', () => seal({ type: 'incidents', v: '1.0', time: 1, incidents: [{}] } as never, hub.key)],
    ['that are noise', () => Buffer.from('noise')],
  ])('are not believed %s', async (_, document) => {
    hub.behave('GET /v1/incidents', (_request, response) => void response.end(document()))
    running = feed.run()
    await until(() => problems.filter((reason) => reason !== undefined).length >= 2)
    expect(seen).toEqual([])
  })

  test('are not the word of an older list', async () => {
    hub.announce([incident('new')])
    running = feed.run()
    await until(() => seen.length >= 2)
    hub.announce([incident('old')], Math.floor(Date.now() / 1000) - 60)
    hub.announce([incident('newer')], Math.floor(Date.now() / 1000) + 1)
    await until(() => newest() === 'newer')
    expect(seen.flat()).not.toContain('old')
  })

  test('of days ago are no news', async () => {
    hub.announce([incident('old', { opened: minute() - 3000 }), incident('new')])
    running = feed.run()
    await until(() => newest() === 'new')
  })

  test('are no longer believed when the hub has not been heard for five minutes', async () => {
    hub.announce([incident('a')])
    running = feed.run()
    await until(() => newest() === 'a')
    hub.behave('GET /v1/incidents', (request) => void request.socket.destroy())
    hub.behave('GET /v1/incidents/stream', (request) => void request.socket.destroy())
    skew = 301_000
    await hub.until(() => hub.requests.includes('GET /v1/incidents/stream'))
    hub.closeStreams()
    await until(() => newest() === '')
  })
})

test('incidents do not live on by comments and lists sent again: the hub has to sign them anew', async () => {
  let stream: ServerResponse | undefined
  hub.behave('GET /v1/incidents/stream', (_, response) => {
    response.writeHead(200)
    response.write(': hello\n\n')
    stream = response
  })
  hub.announce([incident('a')])
  running = feed.run()
  await until(() => newest() === 'a')
  await hub.until(() => stream !== undefined)
  skew = 301_000
  stream!.write(': keep-alive\n\n')
  await until(() => newest() === '')
})

describe('a hub that floods', () => {
  test('with an event without an end is left', async () => {
    hub.behave('GET /v1/incidents/stream', (_, response) => {
      response.writeHead(200)
      response.write('data: ')
      const more = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    running = feed.run()
    await until(() => problems.some((reason) => reason?.includes('larger than a list')))
  })

  test('with events costs one look a second', async () => {
    const time = minute() * 60
    const frame = `data: ${seal({ type: 'incidents', v: '1.0', time, incidents: [incident('x')] } as never, hub.key).toString('base64url')}\n\n`
    let written = 0
    hub.behave('GET /v1/incidents/stream', (_, response) => {
      response.writeHead(200)
      const more = () => {
        while (!response.destroyed && response.write(frame)) written++
      }
      response.on('drain', more)
      more()
    })
    hub.announce([], time)
    running = feed.run()
    // The list that was asked for, and two looks at the stream.
    await until(() => seen.length >= 3)
    expect(written).toBeGreaterThan(100)
  })
})

/** A member beside its requests: joining, reporting once whatever crashes, and hubs that lie, drip, flood and vanish. */
import { watch } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { ask, dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type CliResult, type Router, runRouter, startRouter } from '../helpers/router.ts'
import { cellOf, type HubHandler, json, type ScriptedHub, startScriptedHub } from '../helpers/scripted-hub.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

const MODEL = 'gpt-4o-mini'
const CLASS = 'chat.lt1k.plain'
const LONG = { timeout: 90_000 }

let upstream: Upstream
let hub: ScriptedHub
let directory: string
let config: Json
let router: Router | undefined

beforeAll(async () => {
  upstream = await startUpstream({ text: 'Served.' })
})
afterAll(() => upstream?.close())

beforeEach(async () => {
  hub = await startScriptedHub({ epochSeconds: 10 })
  directory = await temporaryDirectory()
  config = {
    providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
    models: { m: { endpoints: [`up/${MODEL}`, 'up/our-private-model'], strategy: 'priority' } },
    federation: { providers: { up: 'openai' } },
  }
  await writeFile(join(directory, 'config.yaml'), stringify(config))
})
afterEach(async () => {
  await router?.stop()
  router = undefined
  await hub.close()
  await removeDirectory(directory)
})

const cli = (...args: string[]): Promise<CliResult> => runRouter([...args, '-c', 'config.yaml'], directory)
const joinHub = (...more: string[]) => cli('federation', 'join', hub.url, '--invite', hub.invite, '--yes', '--no-noise', ...more)
const serve = async (): Promise<Router> => {
  router = await startRouter({ config, directory })
  return router
}
const burst = (to: Router, count: number) => Promise.all(Array.from({ length: count }, () => ask(to.url, 'openai', 'm', false)))
const told = () => hub.reports.flatMap(({ report }) => report.cells).reduce((sum, { n }) => sum + n, 0)
const metric = async (name: string) => {
  const { text } = await send(`${router!.url}/metrics`)
  return Number(new RegExp(`^commonroute_federation_${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('a membership', LONG, () => {
  it('is agreed to in plain words, once, and ended with everything forgotten', async () => {
    const asked = await cli('federation', 'join', hub.url, '--invite', hub.invite)
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes') })
    expect(asked.stdout).toContain(`up/${MODEL} as openai/${MODEL}`)
    expect(asked.stdout).toContain('up/our-private-model not in the public catalogue'.split(' ')[0])
    expect(asked.stdout).toContain('at least 5 enrolments')
    expect(hub.requests).toEqual(['GET /v1/hub'])

    expect(await joinHub()).toMatchObject({ code: 0, stdout: expect.stringContaining('WITHOUT noise') })
    expect(hub.members.size).toBe(1)
    expect(await joinHub()).toMatchObject({ code: 0, stdout: expect.stringContaining('already') })
    expect(hub.members.size).toBe(1)
    const other = await cli('federation', 'join', 'https://other.example', '--invite', hub.invite, '--yes')
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave that hub first') })

    const status = JSON.parse((await cli('federation', 'status', '--json')).stdout)
    expect(status).toMatchObject({ hub: hub.url, at_work: false, noise: false, at_hub: { status: 'active', trust: 0.5 }, waiting: [] })

    expect(await cli('federation', 'leave')).toMatchObject({ code: 0, stdout: expect.stringContaining('has forgotten') })
    expect(hub.members.size).toBe(0)
    expect(await cli('federation', 'status')).toMatchObject({ code: 2, stderr: expect.stringContaining('ROUTER_FEDERATION_NOT_JOINED') })
  })

  it('is not made with an impostor, without TLS, or with half an invite', async () => {
    const stranger = await startScriptedHub()
    const impostor = await cli('federation', 'join', stranger.url, '--invite', hub.invite, '--yes')
    expect(impostor).toMatchObject({ code: 2, stderr: expect.stringContaining('somebody in between') })
    await stranger.close()
    expect(await cli('federation', 'join', 'http://192.0.2.1', '--invite', hub.invite, '--yes')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not encrypted'),
    })
    expect(await cli('federation', 'join', hub.url, '--invite', 'cr1.x', '--yes')).toMatchObject({ code: 2 })
    expect(hub.members.size).toBe(0)
  })

  it('goes on with the same key when joining was cut short after the invite was used', async () => {
    hub.behave('POST /v1/members', (request) => void request.socket.destroy())
    expect(await joinHub()).toMatchObject({ code: 6, stderr: expect.stringContaining('ROUTER_FEDERATION_HUB') })
    const pending = await readFile(join(directory, '.router/federation/joining.json'), 'utf8')
    hub.behave('POST /v1/members')
    expect((await joinHub()).code).toBe(0)
    const { private_key } = JSON.parse(await readFile(join(directory, '.router/federation/member.json'), 'utf8'))
    expect(JSON.parse(pending).private_key).toBe(private_key)
  })

  it('is left when the hub is gone only by force', async () => {
    await joinHub()
    hub.behave('DELETE /v1/members/me', (request) => void request.socket.destroy())
    expect(await cli('federation', 'leave')).toMatchObject({ code: 6, stderr: expect.stringContaining('--force') })
    expect((await cli('federation', 'status', '--offline')).code).toBe(0)
    expect(await cli('federation', 'leave', '--force')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was not asked to forget'),
    })
    expect((await cli('federation', 'status', '--offline')).code).toBe(2)
  })

  it('is noticed by a running router, when it begins and when it ends', async () => {
    const running = await serve()
    expect(await metric('member')).toBe(0)
    const joined = running.waitForLog(/Member of a hub/)
    await joinHub()
    await joined
    expect(await metric('member')).toBe(1)
    const left = running.waitForLog(/No longer at work for the hub/)
    await cli('federation', 'leave')
    await left
    expect(await metric('member')).toBe(0)
  })

  it('is warned of by check, when the configuration names a hub that was not joined', async () => {
    await writeFile(join(directory, 'config.yaml'), stringify({ ...config, federation: { hub: hub.url, providers: { up: 'openai' } } }))
    expect((await cli('check')).stdout).toContain('has not joined the hub')
    await joinHub()
    expect((await cli('check')).stdout).not.toContain('hub')
  })
})

describe('reports', LONG, () => {
  it('come after the epoch, hold what happened, and nothing private; preview shows their bytes', async () => {
    await joinHub()
    const running = await serve()
    await running.waitForLog(/Member of a hub/, 0)
    await burst(running, 20)
    await hub.until(() => told() === 20)
    const [{ report, document }] = hub.reports as [(typeof hub.reports)[0]]
    expect(report.cells[0]).toMatchObject({ provider: 'openai', model: MODEL, class: CLASS, n: 20, kinds: { ok: 20 } })
    expect(document.toString()).not.toMatch(/sk-upstream|private|127\.0\.0\.1/)
    expect((await cli('federation', 'preview', '--json')).code).toBe(0)
    const status = JSON.parse((await cli('federation', 'status', '--json')).stdout)
    expect(status.at_hub).toMatchObject({ last_epoch: report.epoch })
  })

  it('are not sent with share: false, and the map is read all the same', async () => {
    config = { ...config, federation: { share: false, providers: { up: 'openai' } } }
    await joinHub()
    hub.publish({ cells: [] })
    const running = await serve()
    await burst(running, 20)
    await hub.until(() => hub.requests.filter((route) => route === 'GET /v1/map').length >= 2)
    expect(hub.requests.filter((route) => route.startsWith('POST /v1/reports'))).toEqual([])
  })

  it('wait while the hub is away, and come when it is back', async () => {
    await joinHub()
    hub.behave('GET /v1/hub', (request) => void request.socket.destroy())
    const running = await serve()
    await running.waitForLog(/Member of a hub/, 0)
    await burst(running, 20)
    const before = hub.requests.length
    await hub.until(() => hub.requests.slice(before).filter((route) => route === 'GET /v1/hub').length >= 2)
    expect(hub.reports).toEqual([])
    hub.behave('GET /v1/hub')
    await hub.until(() => told() === 20)
  })

  it('stop when the hub changes the terms', async () => {
    await joinHub()
    hub.info = { ...hub.info, k: 2 }
    const running = await serve()
    await burst(running, 20)
    await running.waitForLog(/at least 5 were agreed/, 0)
    expect(hub.reports).toEqual([])
  })
})

describe('kill -9', LONG, () => {
  const cases: readonly (readonly [string, (running: Router) => Promise<void>])[] = [
    [
      'as soon as the report is in the spool',
      async (running) => {
        const spool = join(running.stateDirectory, 'federation', 'spool')
        await mkdir(spool, { recursive: true })
        await new Promise<void>((resolve) => {
          const watcher = watch(spool, (_, name) => {
            if (!/^\d+(\.tmp)?$/.test(name ?? '')) return
            watcher.close()
            process.kill(running.pid, 'SIGKILL')
            resolve()
          })
        })
      },
    ],
    [
      'when the hub has asked who it is',
      (running) =>
        killAt(running, 'GET /v1/hub', (_, response) => json(response, 200, { ...hub.info, time: Math.floor(Date.now() / 1000) })),
    ],
    [
      'when the hub has not yet taken the report',
      (running) => killAt(running, 'POST /v1/reports', (request) => void request.socket.destroy()),
    ],
    [
      'when the hub has the report, and the router does not know',
      (running) => killAt(running, 'POST /v1/reports', undefined, 'before the answer'),
    ],
    ['when the router has just been told', (running) => killAt(running, 'POST /v1/reports', undefined, 'after the answer')],
  ]

  async function killAt(
    running: Router,
    route: string,
    handler?: HubHandler,
    when?: 'before the answer' | 'after the answer',
  ): Promise<void> {
    await new Promise<void>((resolve) => {
      hub.behave(route, async (request, response, body) => {
        hub.behave(route)
        const kill = () => {
          process.kill(running.pid, 'SIGKILL')
          resolve()
        }
        if (handler) {
          await handler(request, response, body)
          kill()
        } else if (when === 'after the answer') {
          response.once('finish', kill)
          await hub.serve(request, response, body)
        } else {
          const { write, end } = response
          Object.assign(response, { write: () => true, end: () => response })
          await hub.serve(request, response, body)
          Object.assign(response, { write, end })
          kill()
        }
      })
    })
  }

  it.each(cases)('%s: it counts once', async (_, crash) => {
    await joinHub()
    const first = await serve()
    await first.waitForLog(/Member of a hub/, 0)
    // Early in an epoch, so that all of it is in one report, and saved with it.
    await sleep(10_000 - (Date.now() % 10_000) + 100)
    const crashed = crash(first)
    await burst(first, 20)
    await crashed
    await first.exited
    const second = await serve()
    await second.waitForLog(/Member of a hub/, 0)
    await burst(second, 10)
    await hub.until(() => told() >= 30)
    expect(told()).toBe(30)
    const epochs = hub.reports.map(({ report }) => report.epoch)
    expect(new Set(epochs).size).toBe(epochs.length)
    expect(second.logs()).not.toContain('is dropped')
  })
})

describe('the map', LONG, () => {
  it('becomes the prior of a router that knows nothing, and is shown as such', async () => {
    await joinHub()
    const epoch = Math.floor(Date.now() / 10_000) - 1
    const figure = { mean: Math.log(123), tau2: 0.1, sigma2: 0.8 }
    hub.publish({ epoch, cells: [cellOf({ as_of: epoch, model: MODEL, class: CLASS, ttft: figure, total: figure })] })
    const running = await serve()
    await hub.until(() => hub.requests.includes('GET /v1/map'))
    await until(async () => (await metric('endpoints_with_prior')) === 1)
    await ask(running.url, 'openai', 'm', true)
    await running.stop()
    const { stdout } = await cli('stats', '--beliefs', '--json')
    const { rows } = JSON.parse(stdout)
    expect(rows[0].beliefs.ttft_ms.from).toBe('map')
  })

  it('is read anew after a bad one, and never replaced by it', async () => {
    await joinHub()
    const epoch = Math.floor(Date.now() / 10_000) - 1
    hub.publish({ epoch, cells: [cellOf({ as_of: epoch, model: MODEL, success: { a: 9, b: 1 } })] })
    await serve()
    await until(async () => (await metric('maps_total')) === 1)
    hub.publish({ epoch: epoch - 5 })
    await until(async () => (await metric('failures_total')) > 0)
    expect(await metric('endpoints_with_prior')).toBe(1)
    const status = JSON.parse((await cli('federation', 'status', '--json')).stdout)
    expect(status.map.epoch).toBe(epoch)
    await until(async () => JSON.parse((await cli('federation', 'status', '--json')).stdout).problems.length > 0)
  })
})

/** Asks until it holds. */
async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(100)
}

describe('whatever a hub does, requests are served as without it', LONG, () => {
  const flood: HubHandler = (_, response) => {
    response.writeHead(200, { 'content-length': '10000000000' })
    const chunk = Buffer.alloc(1_048_576, 'x')
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  }
  const endless: HubHandler = (request, response) => {
    response.writeHead(200)
    const chunk = Buffer.alloc(65_536, ':\n')
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    request.resume()
    more()
  }
  const drip: HubHandler = (_, response) => {
    response.writeHead(200)
    const timer = setInterval(() => response.write('x'), 100)
    response.once('close', () => clearInterval(timer))
  }
  const cases: readonly (readonly [string, HubHandler])[] = [
    ['10 GB', flood],
    ['no end', endless],
    ['a drip', drip],
    ['silence', () => {}],
    ['hanging up', (request) => void request.socket.destroy()],
    ['lies', (_, response) => json(response, 200, { error: 'x', cells: [], key: hub.key.publicKey })],
  ]
  const ROUTES = ['GET /v1/hub', 'GET /v1/map', 'GET /v1/incidents', 'GET /v1/incidents/stream', 'POST /v1/reports', 'POST /v1/alarms']

  it.each(cases)('%s', async (_, handler) => {
    await joinHub()
    for (const route of ROUTES) hub.behave(route, handler)
    const running = await serve()
    await hub.until(() => ['GET /v1/map', 'GET /v1/incidents'].every((route) => hub.requests.includes(route)))
    const answers = await burst(running, 50)
    for (const answer of answers) expect([answer.status, dialects.openai.text(answer)]).toEqual([200, 'Served.'])
    expect((await send(`${running.url}/health`)).status).toBe(200)
    expect(await running.stop()).toBe(0)
  })
})

it('two routers on one state folder: one of them is the member', LONG, async () => {
  await joinHub()
  config = { ...config, stats: { store: 'memory' } }
  const first = await serve()
  await first.waitForLog(/Member of a hub/, 0)
  const second = await startRouter({ config, directory })
  await second.waitForLog(/membership of a hub is not at work in this process/, 0)
  const takenOver = second.waitForLog(/Member of a hub/)
  await first.stop()
  await takenOver
  await second.stop()
  router = undefined
})

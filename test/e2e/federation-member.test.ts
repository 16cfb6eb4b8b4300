/**
 * A member beside its requests: joining, reporting once whatever crashes, and hubs that lie, drip, flood and vanish.
 */
import { watch } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it as test } from 'vitest'
import { stringify } from 'yaml'
import type { ReportCell } from '../../src/federation/protocol/types.ts'
import { ask, dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type CliResult, type Router, runRouter, startRouter } from '../helpers/router.ts'
import { cellOf, type HubHandler, json, type ScriptedHub, startScriptedHub } from '../helpers/scripted-hub.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { faults, startUpstream, type Upstream } from '../helpers/upstream.ts'
import { waitUntil } from '../helpers/wait-for.ts'

const MODEL = 'gpt-4o-mini'
const CLASS = 'chat.lt1k.plain'
const EPOCH_MS = 4_000
/** Long enough for a burst of requests on a busy machine. */
const LONG_EPOCH_MS = 6_000
/** Most of the time these wait for an epoch. */
const TOGETHER = { concurrent: true }

let upstream: Upstream

/** A hub, and a folder whose router may join it. */
interface Scene {
  readonly hub: ScriptedHub
  readonly directory: string
  config: Json
  /** The router started last. */
  router?: Router
  cli(...args: string[]): Promise<CliResult>
  join(): Promise<CliResult>
  serve(): Promise<Router>
  close(): Promise<void>
}

async function makeScene({ epochMs = EPOCH_MS, from = upstream } = {}): Promise<Scene> {
  const hub = await startScriptedHub({ epochSeconds: epochMs / 1000 })
  const directory = await temporaryDirectory()
  const own: Scene = {
    hub,
    directory,
    config: {
      providers: { up: { plugin: 'openai-compatible', base_url: from.url, api_key: 'sk-upstream-secret' } },
      models: { m: { endpoints: [`up/${MODEL}`, 'up/our-private-model'], strategy: 'priority' } },
      federation: { providers: { up: 'openai' } },
    },
    cli: (...args) => runRouter([...args, '-c', 'config.yaml'], directory),
    join: () => own.cli('federation', 'join', hub.url, '--invite', hub.invite, '--yes', '--no-noise'),
    async serve() {
      own.router = await startRouter({ config: own.config, directory })
      return own.router
    },
    async close() {
      await own.router?.stop()
      await hub.close()
      await removeDirectory(directory)
    },
  }
  await writeFile(join(directory, 'config.yaml'), stringify(own.config))
  return own
}

beforeAll(async () => {
  upstream = await startUpstream({ text: 'Served.' })
})
afterAll(() => upstream?.close())

/** A test with a scene of its own. */
const it = (name: string, body: (scene: Scene) => Promise<void>) =>
  test(name, async ({ onTestFinished }) => {
    const scene = await makeScene()
    onTestFinished(() => scene.close())
    await body(scene)
  })

/** Settles early in an epoch, so that what follows is in one report. */
async function epochBegins(epochMs: number): Promise<void> {
  // A busy machine may wake it late.
  do await sleep(epochMs - (Date.now() % epochMs) + 100)
  while (Date.now() % epochMs > epochMs / 4)
}

/**
 * What is reported of 20 requests at the least. On a busy machine they may straddle two epochs, each report is rounded
 * to fives, and fewer than five wait for others.
 */
const WHOLE_BURST = 15
const burst = (to: Router, count: number) =>
  Promise.all(Array.from({ length: count }, () => ask(to.url, 'openai', 'm', false)))
const told = ({ reports }: ScriptedHub) =>
  reports.flatMap(({ report }) => report.cells).reduce((sum, { n }) => sum + n, 0)
async function metric({ router }: Scene, name: string): Promise<number> {
  const { text } = await send(`${router!.url}/metrics`)
  return Number(new RegExp(`^commonroute_federation_${name} (\\S+)$`, 'm').exec(text)?.[1])
}

describe('a membership', TOGETHER, () => {
  it('is agreed to in plain words, once, and ended with everything forgotten', async (scene) => {
    const asked = await scene.cli('federation', 'join', scene.hub.url, '--invite', scene.hub.invite)
    expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes') })
    expect(asked.stdout).toContain(`up/${MODEL} as openai/${MODEL}`)
    expect(asked.stdout).toContain('up/our-private-model not in the public catalogue'.split(' ')[0])
    expect(asked.stdout).toContain('at least 5 enrolments')
    expect(scene.hub.requests).toEqual(['GET /v1/hub'])

    expect(await scene.join()).toMatchObject({ code: 0, stdout: expect.stringContaining('WITHOUT noise') })
    expect(scene.hub.members.size).toBe(1)
    expect(await scene.join()).toMatchObject({ code: 0, stdout: expect.stringContaining('already') })
    expect(scene.hub.members.size).toBe(1)
    const other = await scene.cli('federation', 'join', 'https://other.example', '--invite', scene.hub.invite, '--yes')
    expect(other).toMatchObject({ code: 2, stderr: expect.stringContaining('Leave that hub first') })

    const status = JSON.parse((await scene.cli('federation', 'status', '--json')).stdout)
    expect(status).toMatchObject({
      hub: scene.hub.url,
      at_work: false,
      noise: false,
      at_hub: { status: 'active', trust: 0.5 },
      waiting: [],
    })

    expect(await scene.cli('federation', 'leave')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('has forgotten'),
    })
    expect(scene.hub.members.size).toBe(0)
    expect(await scene.cli('federation', 'status')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('ROUTER_FEDERATION_NOT_JOINED'),
    })
  })

  it('is not made with an impostor, without TLS, or with half an invite', async (scene) => {
    const stranger = await startScriptedHub()
    const impostor = await scene.cli('federation', 'join', stranger.url, '--invite', scene.hub.invite, '--yes')
    expect(impostor).toMatchObject({ code: 2, stderr: expect.stringContaining('somebody in between') })
    await stranger.close()
    expect(
      await scene.cli('federation', 'join', 'http://192.0.2.1', '--invite', scene.hub.invite, '--yes'),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is not encrypted'),
    })
    expect(await scene.cli('federation', 'join', scene.hub.url, '--invite', 'cr1.x', '--yes')).toMatchObject({
      code: 2,
    })
    expect(scene.hub.members.size).toBe(0)
  })

  it('goes on with the same key when joining was cut short after the invite was used', async (scene) => {
    scene.hub.behave('POST /v1/members', (request) => void request.socket.destroy())
    expect(await scene.join()).toMatchObject({ code: 6, stderr: expect.stringContaining('ROUTER_FEDERATION_HUB') })
    const pending = await readFile(join(scene.directory, '.router/federation/joining.json'), 'utf8')
    scene.hub.behave('POST /v1/members')
    expect((await scene.join()).code).toBe(0)
    const { private_key } = JSON.parse(await readFile(join(scene.directory, '.router/federation/member.json'), 'utf8'))
    expect(JSON.parse(pending).private_key).toBe(private_key)
  })

  it('is left when the hub is gone only by force', async (scene) => {
    await scene.join()
    scene.hub.behave('DELETE /v1/members/me', (request) => void request.socket.destroy())
    expect(await scene.cli('federation', 'leave')).toMatchObject({
      code: 6,
      stderr: expect.stringContaining('--force'),
    })
    expect((await scene.cli('federation', 'status', '--offline')).code).toBe(0)
    expect(await scene.cli('federation', 'leave', '--force')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('was not asked to forget'),
    })
    expect((await scene.cli('federation', 'status', '--offline')).code).toBe(2)
  })

  it('is noticed by a running router, when it begins and when it ends', async (scene) => {
    const running = await scene.serve()
    expect(await metric(scene, 'member')).toBe(0)
    const joined = running.waitForLog(/Member of a hub/)
    await scene.join()
    await joined
    expect(await metric(scene, 'member')).toBe(1)
    const stopped = running.waitForLog(/No longer at work for the hub/)
    await running.writeConfig({ ...scene.config, federation: { enabled: false } })
    await stopped
    const again = running.waitForLog(/Member of a hub/)
    await running.writeConfig(scene.config)
    await again
    const left = running.waitForLog(/No longer at work for the hub/)
    await scene.cli('federation', 'leave')
    await left
    expect(await metric(scene, 'member')).toBe(0)
  })

  it('is warned of by check, when the configuration names a hub that was not joined', async (scene) => {
    await writeFile(
      join(scene.directory, 'config.yaml'),
      stringify({ ...scene.config, federation: { hub: scene.hub.url, providers: { up: 'openai' } } }),
    )
    expect((await scene.cli('check')).stdout).toContain('has not joined the hub')
    await scene.join()
    expect((await scene.cli('check')).stdout).not.toContain('hub')
  })
})

describe('reports', TOGETHER, () => {
  it('come after the epoch, hold what happened, and nothing private; preview shows their bytes', async (scene) => {
    await scene.join()
    const running = await scene.serve()
    await running.waitForLog(/Member of a hub/, 0)
    await epochBegins(EPOCH_MS)
    await burst(running, 20)
    await scene.hub.until(() => told(scene.hub) >= WHOLE_BURST)
    // Once it says what it offers: at once, or where an epoch was over before that with what happened in it.
    const offered = scene.hub.reports.flatMap(({ report }) => report.offered ?? [])
    expect(offered).toEqual([{ provider: 'openai', model: MODEL }])
    for (const { report, document } of scene.hub.reports) {
      if (report.offered && report.cells.length === 0) continue
      const [{ n }] = report.cells as [ReportCell]
      expect(report.cells).toEqual([
        expect.objectContaining({ provider: 'openai', model: MODEL, class: CLASS, kinds: { ok: n } }),
      ])
      expect(document.toString()).not.toMatch(/sk-upstream|private|127\.0\.0\.1/)
    }
    expect((await scene.cli('federation', 'preview', '--json')).code).toBe(0)
    const status = JSON.parse((await scene.cli('federation', 'status', '--json')).stdout)
    expect(status.at_hub).toMatchObject({ last_epoch: scene.hub.reports.at(-1)!.report.epoch })
  })

  it('are not sent with share: false, and the map is read all the same', async (scene) => {
    scene.config = { ...scene.config, federation: { share: false, providers: { up: 'openai' } } }
    await scene.join()
    scene.hub.publish({ cells: [] })
    const running = await scene.serve()
    await burst(running, 20)
    await scene.hub.until(() => scene.hub.requests.filter((route) => route === 'GET /v1/map').length >= 2)
    expect(scene.hub.requests.filter((route) => route.startsWith('POST /v1/reports'))).toEqual([])
  })

  it('wait while the hub is away, and come when it is back', async (scene) => {
    await scene.join()
    scene.hub.behave('GET /v1/hub', (request) => void request.socket.destroy())
    const running = await scene.serve()
    await running.waitForLog(/Member of a hub/, 0)
    await epochBegins(EPOCH_MS)
    await burst(running, 20)
    const before = scene.hub.requests.length
    await scene.hub.until(() => scene.hub.requests.slice(before).filter((route) => route === 'GET /v1/hub').length >= 2)
    expect(scene.hub.reports).toEqual([])
    scene.hub.behave('GET /v1/hub')
    await scene.hub.until(() => told(scene.hub) >= WHOLE_BURST)
  })

  it('stop when the hub changes the terms', async (scene) => {
    await scene.join()
    scene.hub.info = { ...scene.hub.info, k: 2 }
    const running = await scene.serve()
    await burst(running, 20)
    await running.waitForLog(/at least 5 were agreed/, 0)
    expect(scene.hub.reports).toEqual([])
  })
})

describe('trouble', TOGETHER, () => {
  test('is told to the hub when an endpoint is ejected for faults; what other routers met is taken in', async ({
    onTestFinished,
  }) => {
    const failing = await startUpstream({ text: 'Served.' })
    onTestFinished(() => failing.close())
    const scene = await makeScene({ from: failing })
    onTestFinished(() => scene.close())
    await scene.join()
    const running = await scene.serve()
    await running.waitForLog(/Member of a hub/, 0)
    failing.script(MODEL, faults.status(500))
    await burst(running, 6)
    await scene.hub.until(() => scene.hub.alarms.length > 0)
    failing.clear()
    expect(scene.hub.alarms[0]).toMatchObject({ provider: 'openai', model: MODEL, region: '-', state: 'failing' })
    const incident = {
      id: 'i',
      provider: 'openai',
      model: MODEL,
      region: '-',
      opened: Math.floor(Date.now() / 60_000),
      members: 5,
    }
    const heard = running.waitForLog(/Other routers agree that an endpoint fails/)
    scene.hub.announce([incident], Math.floor(Date.now() / 1000) + 1)
    await heard
    expect(await metric(scene, 'incidents_open')).toBe(1)
  })
})

describe('the map', TOGETHER, () => {
  it('becomes the prior of a router that knows nothing, and is shown as such', async (scene) => {
    await scene.join()
    const epoch = Math.floor(Date.now() / EPOCH_MS) - 1
    const figure = { mean: Math.log(123), tau2: 0.1, sigma2: 0.8 }
    scene.hub.publish({
      epoch,
      cells: [cellOf({ as_of: epoch, model: MODEL, class: CLASS, ttft: figure, total: figure })],
    })
    const running = await scene.serve()
    await scene.hub.until(() => scene.hub.requests.includes('GET /v1/map'))
    await waitUntil(async () => (await metric(scene, 'endpoints_with_prior')) === 1)
    await ask(running.url, 'openai', 'm', true)
    await running.stop()
    const { stdout } = await scene.cli('stats', '--beliefs', '--json')
    const { rows } = JSON.parse(stdout)
    expect(rows[0].beliefs.ttft_ms.from).toBe('map')
  })

  it('is read anew after a bad one, and never replaced by it', async (scene) => {
    await scene.join()
    const epoch = Math.floor(Date.now() / EPOCH_MS) - 1
    scene.hub.publish({ epoch, cells: [cellOf({ as_of: epoch, model: MODEL, success: { a: 9, b: 1 } })] })
    await scene.serve()
    await waitUntil(async () => (await metric(scene, 'maps_total')) === 1)
    scene.hub.publish({ epoch: epoch - 5 })
    await waitUntil(async () => (await metric(scene, 'failures_total')) > 0)
    expect(await metric(scene, 'endpoints_with_prior')).toBe(1)
    const status = JSON.parse((await scene.cli('federation', 'status', '--json')).stdout)
    expect(status.map.epoch).toBe(epoch)
    await waitUntil(
      async () => JSON.parse((await scene.cli('federation', 'status', '--json')).stdout).problems.length > 0,
    )
  })
})

describe('two routers on one state folder', TOGETHER, () => {
  it('are one member', async (scene) => {
    await scene.join()
    scene.config = { ...scene.config, stats: { store: 'memory' } }
    const first = await scene.serve()
    await first.waitForLog(/Member of a hub/, 0)
    const second = await startRouter({ config: scene.config, directory: scene.directory })
    await second.waitForLog(/membership of a hub is not at work in this process/, 0)
    const takenOver = second.waitForLog(/Member of a hub/)
    await first.stop()
    await takenOver
    await second.stop()
  })
})

describe('kill -9', () => {
  type Crash = (own: Scene, running: Router) => Promise<void>

  const atSpool: Crash = async (_, running) => {
    const spool = join(running.stateDirectory, 'federation', 'spool')
    await mkdir(spool, { recursive: true })
    await new Promise<void>((resolve) => {
      const watcher = watch(spool, (_event, name) => {
        if (!/^\d+$/.test(name ?? '')) return
        watcher.close()
        process.kill(running.pid, 'SIGKILL')
        resolve()
      })
    })
  }

  /** When the route is asked for: the handler says what the hub does, and when the router dies. */
  const atRoute =
    (
      route: string,
      handler: (own: Scene, kill: () => void, ...exchange: Parameters<HubHandler>) => void | Promise<void>,
    ): Crash =>
    ({ hub, ...own }, running) =>
      new Promise<void>((resolve) => {
        const kill = () => {
          process.kill(running.pid, 'SIGKILL')
          resolve()
        }
        hub.behave(route, async (...exchange) => {
          // A router asks for more than it sends reports.
          if (!(await readdir(join(running.stateDirectory, 'federation', 'spool')).catch(() => [])).length)
            return hub.serve(...exchange)
          hub.behave(route)
          await handler({ hub, ...own }, kill, ...exchange)
        })
      })

  const cases: Readonly<Record<string, Crash>> = {
    'as soon as the report is in the spool': atSpool,
    'when the hub has been asked who it is': atRoute('GET /v1/hub', ({ hub }, kill, ...exchange) => {
      exchange[1].once('finish', kill)
      return hub.serve(...exchange)
    }),
    'when the hub has not yet taken the report': atRoute('POST /v1/reports', (_, kill) => kill()),
    'when the hub has the report, and the router does not know': atRoute(
      'POST /v1/reports',
      async ({ hub }, kill, request, response, body) => {
        const silent = Object.assign(Object.create(response), { writeHead: () => silent, end: () => silent })
        await hub.serve(request, silent, body)
        kill()
      },
    ),
    'when the router has just been told': atRoute('POST /v1/reports', ({ hub }, kill, ...exchange) => {
      exchange[1].once('finish', kill)
      return hub.serve(...exchange)
    }),
  }

  test('at any step of sending: every request is reported once', async () => {
    const counted = await Promise.all(
      Object.entries(cases).map(async ([name, crash]) => [name, await crashAndCount(crash)]),
    )
    expect(Object.fromEntries(counted)).toEqual(
      Object.fromEntries(Object.keys(cases).map((name) => [name, '30 requests, no epoch twice, none dropped'])),
    )
  })

  /**
   * All that a router learns has to be in the report at which it dies: the book of counts is saved with each report, and
   * else every ten seconds only. Requests that did not all find room in one epoch are asked again, with longer ones.
   */
  async function crashAndCount(crash: Crash, epochMs = LONG_EPOCH_MS): Promise<string> {
    const own = await makeScene({ epochMs })
    const { hub } = own
    const inOneEpoch = async (to: Router, count: number) => {
      await epochBegins(epochMs)
      const epoch = Math.floor(Date.now() / epochMs)
      await burst(to, count)
      return Math.floor(Date.now() / epochMs) === epoch
    }
    const again = async () => {
      await own.close()
      return crashAndCount(crash, 2 * epochMs)
    }
    await own.join()
    const first = await own.serve()
    await first.waitForLog(/Member of a hub/, 0)
    // What it offers, which it says at once, is not the report that this is about.
    await hub.until(() => hub.reports.length > 0)
    const spool = join(first.stateDirectory, 'federation', 'spool')
    await expect.poll(() => readdir(spool), { timeout: 60_000 }).toEqual([])
    const crashed = crash(own, first)
    if (!(await inOneEpoch(first, 20))) return again()
    await crashed
    await first.exited
    const second = await own.serve()
    await second.waitForLog(/Member of a hub/, 0)
    if (!(await inOneEpoch(second, 10))) return again()
    await hub.until(() => told(hub) >= 30)
    const epochs = hub.reports.map(({ report }) => report.epoch)
    const twice = new Set(epochs).size < epochs.length
    const dropped = second.logs().includes('is dropped')
    const text = `${told(hub)} requests, ${twice ? 'an' : 'no'} epoch twice, ${dropped ? 'some' : 'none'} dropped`
    await own.close()
    return text
  }
})

describe('whatever a hub does, requests are served as without it', () => {
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
  const cases: readonly (readonly [string, (hub: ScriptedHub) => HubHandler])[] = [
    ['10 GB', () => flood],
    ['no end', () => endless],
    ['a drip', () => drip],
    ['silence', () => () => {}],
    ['hanging up', () => (request) => void request.socket.destroy()],
    [
      'lies',
      ({ key }) =>
        (_, response) =>
          json(response, 200, { error: 'x', cells: [], key: key.publicKey }),
    ],
  ]
  const ROUTES = [
    'GET /v1/hub',
    'GET /v1/map',
    'GET /v1/incidents',
    'GET /v1/incidents/stream',
    'POST /v1/reports',
    'POST /v1/alarms',
  ]

  test('in time, and as they should be', async () => {
    const answers = await Promise.all(cases.map(async ([name, handler]) => [name, await served(handler)]))
    expect(answers).toEqual(cases.map(([name]) => [name, '50 times 200 Served., exit 0']))
  })

  async function served(handler: (hub: ScriptedHub) => HubHandler): Promise<string> {
    const own = await makeScene()
    await own.join()
    for (const route of ROUTES) own.hub.behave(route, handler(own.hub))
    const running = await own.serve()
    await own.hub.until(() => ['GET /v1/map', 'GET /v1/incidents'].every((route) => own.hub.requests.includes(route)))
    const answers = await burst(running, 50)
    const texts = new Set(answers.map((answer) => `${answer.status} ${dialects.openai.text(answer)}`))
    const exit = await running.stop()
    await own.close()
    return `${answers.length} times ${[...texts].join(' or ')}, exit ${exit}`
  }
})

/** A map used without a membership: from a hub, a file server, a file; whatever its source does. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it as test } from 'vitest'
import { stringify } from 'yaml'
import { fingerprint, generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import { succeed } from '../../src/federation/protocol/succession.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type Router, runRouter, startRouter } from '../helpers/router.ts'
import { cellOf, mapOf, type ScriptedHub, startScriptedHub } from '../helpers/scripted-hub.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'
import { waitFor } from '../helpers/wait-for.ts'

const TOGETHER = { concurrent: true }
const EPOCH_S = 4
const FAST = 'llama-3.3-70b-versatile'
const cell = (ttftMs: number, as_of: number) =>
  cellOf({ provider: 'groq', model: FAST, as_of, ttft: { mean: Math.log(ttftMs), tau2: 0.05, sigma2: 0.3 } })
const MAP = { cells: [cell(90, Math.floor(Date.now() / 1000 / EPOCH_S))] }

let upstream: Upstream
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Served.' })
})
afterAll(() => upstream?.close())

interface Scene {
  readonly hub: ScriptedHub
  readonly directory: string
  cli(...args: string[]): ReturnType<typeof runRouter>
  /** Writes the configuration, with this map. */
  configure(map: string, key?: string, readKey?: string): Promise<void>
  serve(): Promise<Router>
}

const it = (name: string, body: (scene: Scene) => Promise<void>) =>
  test(name, async ({ onTestFinished }) => {
    const hub = await startScriptedHub({ epochSeconds: EPOCH_S })
    const directory = await temporaryDirectory()
    const routers: Router[] = []
    onTestFinished(async () => {
      await Promise.all(routers.map((router) => router.stop()))
      await hub.close()
      await removeDirectory(directory)
    })
    let config = {}
    await body({
      hub,
      directory,
      cli: (...args) => runRouter([...args, '-c', 'config.yaml'], directory),
      async configure(map, key = fingerprint(hub.key.publicKey), readKey = undefined) {
        config = {
          providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-secret' } },
          models: { m: { endpoints: [`up/${FAST}`, 'up/other'], strategy: 'adaptive' } },
          federation: { map, key, ...(readKey && { read_key: readKey }), providers: { up: 'groq' } },
        }
        await writeFile(join(directory, 'config.yaml'), stringify(config))
      },
      async serve() {
        const router = await startRouter({ config, directory })
        routers.push(router)
        return router
      },
    })
  })

/** The running router has a map that says something of an endpoint. */
const mapTaken = (router: Router): Promise<void> => router.waitForLog(/"with_prior":1,"msg":"A map is in use"/, 0)
const beliefs = async (scene: Scene) => (await scene.cli('stats', '--beliefs')).stdout

describe('a map without a membership', TOGETHER, () => {
  it('comes from a hub, says what is expected, and nothing is sent', async (scene) => {
    scene.hub.publish(MAP)
    await scene.configure(scene.hub.url)
    const router = await scene.serve()
    await mapTaken(router)
    expect((await send(`${router.url}/metrics`)).text).toMatch(/^commonroute_federation_member 0$/m)
    expect(await beliefs(scene)).toMatch(/90 ms.*map/)
    await scene.hub.until(() => scene.hub.requests.includes('GET /v1/incidents'))
    await scene.hub.until(() => scene.hub.requests.filter((path) => path === 'GET /v1/map').length > 2)
    expect(new Set(scene.hub.requests)).toEqual(new Set(['GET /v1/map', 'GET /v1/incidents']))

    const status = JSON.parse((await scene.cli('federation', 'status', '--json')).stdout)
    expect(status).toMatchObject({ from: `${scene.hub.url}/v1/map`, at_work: true, map: { cells: 1 }, problems: [] })
    expect((await scene.cli('federation', 'status')).stdout).toContain('nothing is sent')

    expect((await scene.cli('models')).stdout).toMatch(/~90 ms[\s\S]*measured by others/)
    const map = await scene.cli('map', FAST)
    expect(map.stdout).toMatch(/groq .*90 ms/)
    expect(map.stdout).toContain(`signed by ${fingerprint(scene.hub.key.publicKey)}`)

    // The hub is gone: what is known stays, also for the next start.
    scene.hub.behave('GET /v1/map', (_, response) => void response.writeHead(500).end())
    await router.stop()
    const again = await scene.serve()
    await mapTaken(again)
    expect(await beliefs(scene)).toMatch(/90 ms.*map/)
  })

  it('is followed to where its server redirects, and taken from nobody else', async (scene) => {
    const stranger = generateSigningKey()
    scene.hub.publish(MAP, stranger)
    scene.hub.behave('GET /old/map', (_, response) => void response.writeHead(308, { location: '/v1/map' }).end())
    await scene.configure(`${scene.hub.url}/old/map`)
    const router = await scene.serve()
    await scene.hub.until(() => scene.hub.requests.includes('GET /v1/map'))
    await router.waitForLog(/The map cannot be had anew/, 0)
    await waitFor(async () => {
      const { map, problems } = JSON.parse((await scene.cli('federation', 'status', '--json')).stdout)
      expect(map).toBeUndefined()
      const reason = problems.find(({ duty }: { duty: string }) => duty === 'map')?.reason
      expect(reason).toContain(`signed by the key ${fingerprint(stranger.publicKey)}`)
    })
    scene.hub.publish(MAP)
    await mapTaken(router)
  })

  it("goes on with a key that the pinned one signed, and reads a private hub's with its read key", async (scene) => {
    const next = generateSigningKey()
    scene.hub.info = { ...scene.hub.info, succession: [succeed(scene.hub.key, next.publicKey, Date.now() / 1000)] }
    scene.hub.publish(MAP, next)
    const sent: (string | undefined)[] = []
    scene.hub.behave('GET /v1/map', (request, response, body) => {
      sent.push(request.headers.authorization)
      return scene.hub.serve(request, response, body)
    })
    await scene.configure(scene.hub.url, fingerprint(scene.hub.key.publicKey), 'crr-secret')
    const router = await scene.serve()
    await mapTaken(router)
    expect(new Set(sent)).toEqual(new Set(['Bearer crr-secret']))
    expect(await beliefs(scene)).toMatch(/90 ms.*map/)
    expect((await scene.cli('map')).stdout).toMatch(/groq .*90 ms/)
    const key = fingerprint(scene.hub.key.publicKey)
    const looked = await runRouter(['map', '--from', scene.hub.url, '--key', key, '--read-key', 'k'], scene.directory)
    expect(looked.stdout).toContain(`signed by ${fingerprint(next.publicKey)}`)
    // The router, which goes on asking, may have come after it.
    expect(sent).toContain('Bearer k')
  })

  it("is the hub's that was joined, once there is a membership", async (scene) => {
    scene.hub.publish(MAP)
    await scene.configure('https://elsewhere.example')
    const joined = await scene.cli('federation', 'join', scene.hub.url, '--invite', scene.hub.invite, '--yes')
    expect(joined.code).toBe(0)
    expect((await scene.cli('map')).stdout).toContain(`Map of ${scene.hub.url},`)
    expect((await scene.cli('check')).stdout).toContain('uses the map of')
    expect(JSON.parse((await scene.cli('federation', 'status', '--json')).stdout)).toMatchObject({ hub: scene.hub.url })
  })

  it('is a file as well, a seed of last week too, and noticed when it changes', async (scene) => {
    const file = join(scene.directory, 'seed.map')
    const weekAgo = Math.floor(Date.now() / 1000 / 3_600) - 7 * 24
    const seed = (ttftMs: number) =>
      seal(mapOf({ epoch: weekAgo, epoch_seconds: 3_600, cells: [cell(ttftMs, weekAgo)] }), scene.hub.key)
    writeFileSync(file, seed(90))
    await scene.configure('seed.map', scene.hub.key.publicKey)
    expect(await beliefs(scene)).toMatch(/90 ms.*map/)
    const router = await scene.serve()
    await mapTaken(router)
    writeFileSync(file, seed(70))
    const kept = join(scene.directory, '.router/federation/open/map')
    await waitFor(() => expect(readFileSync(kept).equals(seed(70))).toBe(true))
    rmSync(file)
    expect(await beliefs(scene)).toMatch(/70 ms.*map/)
    expect(scene.hub.requests).toEqual([])
  })

  it('can be looked at without a configuration: as a table, JSON and CSV', async (scene) => {
    const none = await runRouter(['map'], scene.directory)
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('This router has no map') })
    scene.hub.publish(MAP)
    scene.hub.announce([
      { id: 'i', provider: 'groq', model: FAST, region: '-', opened: Math.floor(Date.now() / 60_000), members: 5 },
    ])
    const table = await scene.cli('map', '--from', scene.hub.url)
    expect(table.stdout).toContain('held against nothing')
    expect(table.stdout).toMatch(/groq .*90 ms.*failing for 5/)
    const json = JSON.parse((await scene.cli('map', 'llama', '--from', scene.hub.url, '--json')).stdout)
    expect(json).toMatchObject({
      from: `${scene.hub.url}/v1/map`,
      pinned: false,
      models: [{ endpoints: [{ provider: 'groq', model: FAST, ttft_ms: { p50: 90 }, incident: { id: 'i' } }] }],
    })
    const csv = await scene.cli('map', '--from', scene.hub.url, '--csv')
    expect(csv.stdout.split('\r\n')).toEqual([
      expect.stringMatching(/^provider,model,/),
      expect.stringMatching(`^groq,${FAST},,,,members,10,`),
      '',
    ])
    const key = fingerprint(generateSigningKey().publicKey)
    const foreign = await scene.cli('map', '--from', scene.hub.url, '--key', key)
    expect(foreign).toMatchObject({ code: 6, stderr: expect.stringContaining('is wanted') })
    const nobody = await scene.cli('map', 'gpt-17', '--from', scene.hub.url)
    expect(nobody).toMatchObject({ code: 2, stderr: expect.stringContaining('says nothing of "gpt-17"') })
    writeFileSync(join(scene.directory, 'page.html'), '<html>')
    const page = await scene.cli('map', '--from', 'page.html')
    expect(page).toMatchObject({ code: 6, stderr: expect.stringContaining('is no signed map') })
  })

  it('needs a key, and says what is wrong before anything starts', async (scene) => {
    await scene.configure('seed.map', 'short')
    expect((await scene.cli('check')).stdout).toMatch(/federation.key .*must be a hub's key/)
    await writeFile(join(scene.directory, 'config.yaml'), stringify({ federation: { map: 'https://hub.example' } }))
    expect((await scene.cli('check')).stdout).toContain('A map needs "key"')
  })
})

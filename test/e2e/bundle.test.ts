/** What `npm run build` makes, installed with nothing but its dependencies: it does and says what the sources do. */
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildBundle } from '../../scripts/build-bundle.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { spawnChild } from '../helpers/processes.ts'
import { type CliResult, runRouter, watchOutput } from '../helpers/router.ts'

const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url))
let directory: string
let entry: string
let dist: string

beforeAll(async () => {
  directory = await temporaryDirectory()
  const home = join(directory, 'commonroute')
  await mkdir(join(home, 'node_modules'), { recursive: true })
  await cp(root('bin'), join(home, 'bin'), { recursive: true })
  await cp(root('package.json'), join(home, 'package.json'))
  const { dependencies } = JSON.parse(await readFile(root('package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) {
    await mkdir(dirname(join(home, 'node_modules', name)), { recursive: true })
    await symlink(root(`node_modules/${name}`), join(home, 'node_modules', name))
  }
  dist = join(home, 'dist')
  await buildBundle(dist)
  entry = join(home, 'bin', 'run.js')
})
afterAll(() => removeDirectory(directory))

const environment = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, HOME: directory, NO_COLOR: '1' })

const built = (...args: string[]): Promise<CliResult> =>
  new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { cwd: directory, env: environment() }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    )
  })

it.each([
  [
    'structure',
    'server: { port: "x", drain_timeout: 90d, body_limit: 1kb, hosts: 1 }\nproviders: { openai: {}, a: { model: 1 } }',
  ],
  [
    'options',
    'providers: { openai: {}, sandbox: { speed: x }, g: { plugin: openai-compatible, preset: gorq, base_url: 4 } }',
  ],
  [
    'routing',
    'providers: { sandbox: {} }\nrouting: { strategy: { plugin: adaptive, options: { value_of_time: -1, z: 2 } } }',
  ],
])('a wrong file is refused in the words of the sources: %s', async (name, text) => {
  const file = join(directory, `${name}.yaml`)
  await writeFile(file, text)
  const [fromSource, fromBuild] = await Promise.all([
    runRouter(['check', '--json', '-c', file], directory, { NO_COLOR: '1' }),
    built('check', '--json', '-c', file),
  ])
  expect(fromBuild).toEqual(fromSource)
  expect(fromBuild.code).toBe(3)
})

it('a plugin gets the contract that the router itself uses, and serves; a changed file is taken up', async () => {
  const plugin = `
    import * as contract from 'commonroute/plugin'
    import { strategyChecks } from 'commonroute/plugin/testing'
    const own = await import(${JSON.stringify(join(dist, 'api.js'))})
    if (own.defineStrategy !== contract.defineStrategy || typeof strategyChecks !== 'function') throw new Error('a copy')
    export default contract.defineStrategy({
      name: 'first',
      schema: { type: 'object', properties: { weight: { type: 'number', minimum: 1 } }, additionalProperties: false },
      create: () => ({ rank: (_request, candidates) => candidates.map(({ endpoint }, at) =>
        ({ endpoint, score: at, propensity: at === 0 ? 1 : 0, why: 'first' })) }),
    })`
  await writeFile(join(directory, 'first.js'), plugin)
  const file = join(directory, 'config.yaml')
  const config = (weight: number) =>
    `providers: { sandbox: {} }\nrouting: { strategy: { plugin: ./first.js, options: { weight: ${weight} } } }\nmodels: { m: { endpoints: [sandbox/fast] } }`
  await writeFile(file, config(0))
  expect((await built('check', '-c', file)).stdout).toMatch(/weight.*must be/)

  await writeFile(file, config(1))
  const router = spawnChild(process.execPath, [entry, 'serve', '-c', file, '--port', '0'], { env: environment() })
  const output = watchOutput(router)
  await output.waitFor(/listens on/)
  const url = /http:\/\/\S+:\d+/.exec(output.text())![0]
  const body = JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }] })
  const answer = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
  expect(answer.status).toBe(200)
  const reloaded = output.waitFor(/Configuration reloaded/)
  await writeFile(file, config(2))
  await reloaded
  router.kill('SIGINT')
  expect((await once(router, 'exit'))[0]).toBe(0)
  expect(output.text()).not.toContain('refused')
})

it('no module is there twice, and whose code it is stands beside it', async () => {
  const files = (await readdir(dist)).filter((name) => name.endsWith('.js'))
  const texts = await Promise.all(files.map((name) => readFile(join(dist, name), 'utf8')))
  expect(texts.filter((text) => text.includes('const API_VERSION = 1'))).toHaveLength(1)
  expect(await readFile(join(dist, 'THIRD_PARTY_LICENSES.txt'), 'utf8')).toMatch(/^fastify 5\.[\s\S]*MIT/m)
})

it('commands of other rooms find their code', async () => {
  expect(JSON.parse((await built('plugins', 'list', '--json')).stdout)).toMatchObject({ plugins: expect.any(Array) })
  expect(await built('plugins', 'test', 'weighted')).toMatchObject({ code: 0 })
  const hub = spawnChild(process.execPath, [entry, 'hub', 'serve', '--port', '0'], {
    cwd: directory,
    env: environment(),
  })
  await watchOutput(hub).waitFor(/http:\/\//)
  hub.kill('SIGTERM')
  expect((await once(hub, 'exit'))[0]).toBe(0)
  expect((await built('replay', '--help')).stdout).toMatch(/router replay/)
})

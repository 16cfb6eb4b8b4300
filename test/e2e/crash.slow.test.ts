/** What survives kill -9, and a stats file that cannot be read. */
import { watch } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { send } from '../helpers/http.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import type { Json } from '../helpers/upstream/types.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'

let upstream: Upstream
let config: Json
beforeAll(async () => {
  upstream = await startUpstream({ text: 'Still here.' })
  config = {
    providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
    models: { m: { endpoints: ['up/m'] } },
    stats: { flush: '200ms' },
  }
})
afterAll(() => upstream?.close())

/** Settles when a file whose name matches is next made, changed or renamed in the folder. */
const nextChange = (directory: string, name: RegExp): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(directory, (_, changed) => {
      if (!name.test(changed ?? '')) return
      watcher.close()
      resolve()
    })
  })
const FLUSHED = /^stats\.json$/
/** The file that is written before it takes the place of the old one. */
const FLUSHING = /^stats\.json\.(?!lock)/

const burst = (router: Router, count: number) =>
  Promise.all(Array.from({ length: count }, () => ask(router.url, 'openai', 'm', false).catch(() => undefined)))

interface StatsLine {
  endpoint: string
  requests: number
}

/** Requests on record, after a restart, by the command line. */
async function requestsOnRecord(router: Router): Promise<number> {
  const { code, stdout, stderr } = await router.cli('stats', '--json')
  expect(code, stderr).toBe(0)
  const { rows } = JSON.parse(stdout) as { rows: StatsLine[] }
  return rows.find(({ endpoint }) => endpoint === 'up/m')?.requests ?? 0
}

describe('kill -9', () => {
  it('loses nothing that was flushed', async () => {
    const first = await startRouter({ config })
    await burst(first, 20)
    // The first flush from here on may have begun before the last answer; the second has it all.
    await nextChange(first.stateDirectory, FLUSHED)
    await burst(first, 1)
    await nextChange(first.stateDirectory, FLUSHED)
    await first.kill9()
    const second = await first.restart()
    expect(await requestsOnRecord(second)).toBeGreaterThanOrEqual(20)
    const { json } = await send(`${second.url}/api/v1/models/m/endpoints`)
    expect(json).toMatchObject({ data: { endpoints: [{ uptime_last_1d: 100 }] } })
    await second.stop()
  })

  it('during a flush under load, five times, leaves a readable file', async () => {
    let router = await startRouter({ config })
    const firstFlush = nextChange(router.stateDirectory, FLUSHED)
    await burst(router, 1)
    await firstFlush
    for (let round = 0; round < 5; round++) {
      const running = burst(router, 30)
      await nextChange(router.stateDirectory, FLUSHING)
      await router.kill9()
      await running
      router = await router.restart()
      expect(router.logs()).not.toMatch(/set aside|corrupt/i)
      JSON.parse(await readFile(join(router.stateDirectory, 'stats.json'), 'utf8'))
      const answer = await ask(router.url, 'openai', 'm', true)
      expect(dialects.openai.text(answer)).toBe('Still here.')
    }
    await router.stop()
  })
})

describe('a corrupt stats file', () => {
  it.each([
    ['half a file', '{"version":1,"cells":{'],
    ['nothing', ''],
    ['zeros', '\0'.repeat(4096)],
    ['JSON of another shape', '[1,2,3]'],
  ])('%s is set aside and named, and the router starts afresh', async (_, content) => {
    const directory = await temporaryDirectory()
    await mkdir(join(directory, '.router'))
    await writeFile(join(directory, '.router', 'stats.json'), content)
    const router = await startRouter({ config, directory })
    const files = await readdir(router.stateDirectory)
    const aside = files.find((name) => name.startsWith('stats.json.') && name !== 'stats.json.lock') ?? ''
    expect(await readFile(join(router.stateDirectory, aside), 'utf8')).toBe(content)
    await router.waitForLog(new RegExp(aside.replaceAll('.', '\\.')), 0)
    await burst(router, 3)
    await router.stop()
    expect(JSON.parse(await readFile(join(router.stateDirectory, 'stats.json'), 'utf8'))).toBeTypeOf('object')
    await removeDirectory(directory)
  })
})

it('a second router on the same state folder is refused by name, and the first goes on', async () => {
  const first = await startRouter({ config })
  await expect(startRouter({ config, directory: first.directory })).rejects.toThrow(`in use by process ${first.pid}`)
  expect(dialects.openai.text(await ask(first.url, 'openai', 'm', false))).toBe('Still here.')
  await first.stop()
})

/** A state folder that cannot be written: the router says so and goes on serving. Needs leave to mount. */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ask, dialects } from '../helpers/dialects.ts'
import { mayMount, mountMemory, remount, removeDirectory, temporaryDirectory, unmount } from '../helpers/directory.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { startUpstream, type Upstream } from '../helpers/upstream.ts'
import { waitFor } from '../helpers/wait-for.ts'

const allowed = mayMount()
if (!allowed) console.warn('SKIPPED: full-disk tests need root on Linux, to mount a file system')

describe.runIf(allowed)('a state folder', () => {
  let upstream: Upstream
  let directory: string
  let state: string
  let router: Router | undefined

  beforeAll(async () => {
    upstream = await startUpstream({ text: 'Still here.' })
  })
  afterAll(() => upstream?.close())
  beforeEach(async () => {
    directory = await temporaryDirectory()
    state = join(directory, '.router')
    await mkdir(state)
    mountMemory(state, 'size=1m,mode=0700')
    router = undefined
  })
  afterEach(async () => {
    await router?.stop()
    unmount(state)
    await removeDirectory(directory)
  })

  const start = (): Promise<Router> =>
    startRouter({
      directory,
      config: {
        providers: { up: { plugin: 'openai-compatible', base_url: upstream.url, api_key: 'sk-upstream-secret' } },
        models: { m: { endpoints: ['up/m'] } },
        stats: { flush: '200ms' },
      },
    })
  const serves = async (router: Router): Promise<void> => {
    for (const stream of [true, false])
      expect(dialects.openai.text(await ask(router.url, 'openai', 'm', stream))).toBe('Still here.')
  }
  const stats = (): Promise<string> => readFile(join(state, 'stats.json'), 'utf8').catch(() => '')

  it('that runs full: told once, served on, and written again when there is room', async () => {
    router = await start()
    const full = router.waitForLog(/ENOSPC|no space/i)
    const ballast = join(state, 'ballast')
    await writeFile(ballast, Buffer.alloc(2_000_000)).catch(() => {})
    await serves(router)
    await full
    await serves(router)
    expect(router.logs()).toContain(state)
    expect(router.logs().match(/ENOSPC|no space/gi)?.length).toBeLessThan(20)
    await rm(ballast)
    await serves(router)
    await router.stop()
    expect(await stats()).toContain('up/m')
  })

  it('that becomes read-only while running', async () => {
    router = await start()
    await serves(router)
    const readOnly = router.waitForLog(/EROFS|read-only/i)
    await waitFor(() => remount(state, 'ro'))
    await serves(router)
    await readOnly
    await serves(router)
    remount(state, 'rw')
    await serves(router)
    await router.stop()
    expect(await stats()).toContain('up/m')
  })

  it('that is read-only from the start stops the start, with the folder and the reason', async () => {
    remount(state, 'ro')
    await expect(start()).rejects.toThrow(/cannot be written/)
  })
})

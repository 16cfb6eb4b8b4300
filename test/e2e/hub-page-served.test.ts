import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateSigningKey } from '../../src/federation/protocol/keys.ts'
import { seal } from '../../src/federation/protocol/signed.ts'
import type { HubStore } from '../../src/hub/database/open.ts'
import { createHubServer } from '../../src/hub/server/server.ts'
import { loadSettings } from '../../src/hub/settings.ts'
import { buildPage } from '../helpers/built-page.ts'
import { findChromium, startChromium } from '../helpers/chromium.ts'
import { EPOCH, pageData } from '../helpers/page-data.ts'
import { openPglite } from '../helpers/pglite.ts'

const executable = findChromium()
const FIGURES = ['ttft_p50', 'ttft_p95', 'total_p50', 'speed', 'uptime', 'price', 'members'] as const

describe('the page as a hub serves it', () => {
  const key = generateSigningKey()
  const { map, history, now, incidents } = pageData({ models: 2, providers: 2 })
  let store: HubStore
  let app: ReturnType<typeof createHubServer>
  let built: Awaited<ReturnType<typeof buildPage>>
  let url: string

  beforeAll(async () => {
    built = await buildPage()
    store = await openPglite()
    await fill()
    const log = pino({ enabled: false })
    app = createHubServer({
      store,
      key,
      name: 'Example hub',
      epochSeconds: 3_600,
      k: 5,
      log,
      page: built.page,
      now: () => now * 1000,
    })
    url = `${await app.listen({ host: '127.0.0.1', port: 0 })}/`
  })
  afterAll(async () => {
    await app?.close()
    await store?.close()
    await built?.remove()
  })

  /** What an aggregation would have left behind. */
  async function fill(): Promise<void> {
    const rows = history!.series.flatMap(({ provider, model, ...values }) =>
      history!.epochs.map((epoch, at) => ({
        epoch,
        provider,
        model,
        figures: JSON.stringify(Object.fromEntries(FIGURES.map((name) => [name, values[name][at]]))),
      })),
    )
    await store.db
      .insertInto('maps')
      .values({ epoch: EPOCH, document: seal(map!, key), state: Buffer.from(''), created_at: now })
      .execute()
    await store.db.insertInto('history').values(rows).execute()
    // Past ones only: the hub itself would close one that no alarm stands behind.
    const past = incidents.flatMap(({ opened, closed, ...rest }) =>
      closed ? [{ ...rest, opened_at: opened * 60, closed_at: closed * 60 }] : [],
    )
    await store.db.insertInto('incidents').values(past).execute()
  }

  test('over HTTP: map, history and incidents are in it; headers, compression, assets', async () => {
    const answer = await fetch(url)
    const html = await answer.text()
    for (const text of ['claude-sonnet-4-5', 'Example hub', key.publicKey, '<polyline']) expect(html).toContain(text)
    expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(answer.headers.get('content-encoding')).toBe('gzip')
    const [script] = /assets\/[^"]+\.js/.exec(html)!
    const asset = await fetch(url + script)
    expect(asset.headers.get('cache-control')).toContain('immutable')
    expect(asset.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect((await fetch(`${url}assets/none.js`)).status).toBe(404)
    expect((await fetch(`${url}assets/..%2f..%2fhub-page.js`)).status).toBe(404)
    const again = await fetch(url, { headers: { 'if-none-match': answer.headers.get('etag')! } })
    expect(again.status).toBe(304)
  })

  test('pages of models, providers and incidents, the feed and the list as CSV', async () => {
    for (const [path, text] of [
      ['models/deepseek-v3.2', 'deepseek-v3.2'],
      ['providers/bedrock', 'bedrock'],
      ['incidents', 'failed for 45 minutes'],
      ['incidents/i2', 'was failing'],
      ['?compare=deepseek-v3.2', 'Compare'],
      ['incidents.atom', '<entry>'],
      ['endpoints.csv', 'provider,model'],
    ]) {
      const answer = await fetch(url + path)
      expect([path, answer.status]).toEqual([path, 200])
      expect(await answer.text()).toContain(text)
    }
    for (const name of [
      'nobody-has-it',
      'x'.repeat(400),
      `${'long/'.repeat(20)}name`,
      '%00',
      '%E0%A4%A',
      '..%2f..%2fv1',
    ]) {
      const answer = await fetch(`${url}models/${name}`)
      expect([name, answer.status]).toEqual([name, name === '%E0%A4%A' ? 400 : 404])
    }
    expect(await (await fetch(`${url}models/${'x'.repeat(400)}`)).text()).toContain('There is no such page')
    expect((await fetch(`${url}endpoints.csv`)).headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect((await fetch(`${url}incidents.atom`, { method: 'HEAD' })).status).toBe(200)
  })

  test.each(['', '?model=x&model=y', `?model=${'x'.repeat(4_000)}`, '?model=%00', '?q=%3Cscript%3E'])(
    'whatever is asked, the page answers: %s',
    async (query) => {
      const answer = await fetch(url + query)
      expect(answer.status).toBe(200)
      expect(await answer.text()).toContain('Example hub')
    },
  )

  test.skipIf(!executable)('in Chromium: table, plots, the files that it links to', async () => {
    const browser = await startChromium(executable!)
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(url)
      expect(await page.locator('.endpoints tbody tr').count()).toBe(4)
      await page.getByRole('link', { name: 'deepseek-v3.2' }).first().click()
      await page.locator('.plots').waitFor()
      expect(await page.locator('.plot').count()).toBe(6)
      const files = await page
        .getByRole('contentinfo')
        .getByRole('link')
        .evaluateAll((links) => links.map((link) => `${link}`))
      expect(files.length).toBeGreaterThanOrEqual(5)
      for (const file of files) expect((await fetch(file)).status).toBe(200)
      expect(complaints).toEqual([])
    } finally {
      await browser.close()
    }
  })

  test.skipIf(!executable)('in Chromium, of a private hub: behind a form, and out again', async () => {
    const { readKey } = await loadSettings(store, { private: true })
    const guarded = createHubServer({
      store,
      key,
      name: 'Our <hub>',
      epochSeconds: 60,
      k: 1,
      log: pino({ enabled: false }),
      page: built.page,
      private: true,
      readKey,
    })
    const address = await guarded.listen({ host: '127.0.0.1', port: 0 })
    const browser = await startChromium(executable!)
    try {
      const page = await browser.newPage()
      const complaints: string[] = []
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
      await page.goto(`${address}/models/deepseek-v3.2?size=lt1k`)
      await page.getByLabel('Read key').fill('wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      expect(await page.getByRole('alert').innerText()).toContain('not the read key')
      expect(complaints.filter((text) => !text.includes('401'))).toEqual([])
      await page.getByLabel('Read key').fill(readKey!)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.waitForURL(`${address}/models/deepseek-v3.2?size=lt1k`)
      await page.locator('.plots').waitFor()
      expect(await page.evaluate('document.cookie')).toBe('')
      await page.getByRole('link', { name: 'Sign out' }).click()
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByLabel('Read key').waitFor()
      await page.goto(`${address}/`)
      expect(await page.getByLabel('Read key').isVisible()).toBe(true)
    } finally {
      await browser.close()
      await guarded.close()
    }
  })
})

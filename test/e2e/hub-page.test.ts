import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { MapCell } from '../../src/federation/protocol/types.ts'
import { NO_FACTS } from '../../src/hub/facts/facts.ts'
import { buildPage } from '../helpers/built-page.ts'
import { findChromium, startChromium } from '../helpers/chromium.ts'
import { EPOCH, mapOf, pageData } from '../helpers/page-data.ts'
import { servePage } from '../helpers/page-server.ts'

const executable = findChromium()
if (!executable) console.warn('SKIPPED: the tests of the hub page need Chromium, and there is none on this machine')

describe.skipIf(!executable)(`the hub page in Chromium${executable ? '' : ' (IS NOT INSTALLED: NOT TESTED)'}`, () => {
  const state = { data: pageData() }
  let built: Awaited<ReturnType<typeof buildPage>>
  let server: Awaited<ReturnType<typeof servePage>>
  let browser: Browser
  /** What must stay empty: errors in the console, refusals by the content security policy, requests to elsewhere. */
  let complaints: string[] = []

  beforeAll(async () => {
    built = await buildPage()
    server = await servePage(built.page, state)
    browser = await startChromium(executable!)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    await built?.remove()
  })
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    const found = complaints
    complaints = []
    state.data = pageData()
    expect(found).toEqual([])
  })

  /** Opens the page two hours after its map's epoch began, wide, as a reader with JavaScript, unless said otherwise. */
  async function open(path = '', options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
    const page = await context.newPage()
    page.on('console', (message) => ['error', 'warning'].includes(message.type()) && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`)
      return dialog.dismiss()
    })
    page.on(
      'request',
      (request) => request.url().startsWith(server.url) || complaints.push(`request to ${request.url()}`),
    )
    await page.clock.setFixedTime(new Date(state.data.now * 1000))
    await page.goto(server.url + path)
    if (options.javaScriptEnabled !== false)
      // The form loses its button when the page is alive.
      await expect.poll(() => page.getByRole('button', { name: 'Show', exact: true }).count()).toBe(0)
    return page
  }

  const rows = (page: Page) => page.locator('.endpoints tbody tr')
  /** Texts of a column of the overview, from 1: mark, model, provider, TTFT, whole, tokens/s, uptime, input, ... */
  const column = (page: Page, number: number) =>
    page.locator(`.endpoints tbody tr > :nth-child(${number})`).allInnerTexts()
  const sideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
  const options = (page: Page, label: string) => page.getByRole('combobox', { name: label })

  test('without JavaScript everything is there: figures, filters, orders, pages of models', async () => {
    const cell: MapCell = {
      provider: 'acme',
      model: 'm-1',
      as_of: EPOCH,
      members: 20,
      quantiles: { ttft: [321, 1_240], speed: [77.4, 90] },
      success: { a: 97, b: 3 },
      price: 0.45,
    }
    const embedding: MapCell = {
      provider: 'acme',
      model: 'embed-1',
      class: 'embedding.lt1k.plain',
      as_of: EPOCH,
      members: 5,
      quantiles: { total: [88, 200] },
    }
    state.data = pageData({ map: mapOf([cell, embedding]), history: undefined, incidents: [], facts: NO_FACTS })
    const page = await open('', { javaScriptEnabled: false })
    expect(await rows(page).count()).toBe(2)
    const texts = await rows(page).first().locator('th, td').allInnerTexts()
    expect(texts.slice(1, 8)).toEqual(['m-1', 'acme', '321 ms', expect.stringContaining('–'), '77', '97.0 %', '≈$0.45'])
    expect(await column(page, 5)).toEqual([expect.anything(), '88 ms'])
    expect(await page.getByText('2025-11-24 17:00 UTC').first().isVisible()).toBe(true)
    expect(await page.getByText('at least 5 independent members').isVisible()).toBe(true)
    await options(page, 'Requests').selectOption('embedding')
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    expect(await column(page, 2)).toEqual(['embed-1'])
    expect(new URL(page.url()).searchParams.get('kind')).toBe('embedding')
    await page.goto(server.url)
    await page.getByRole('columnheader', { name: 'Tokens/s' }).getByRole('link').click()
    expect(await column(page, 2)).toEqual(['m-1', 'embed-1'])
    await page.getByRole('link', { name: 'm-1' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('m-1')
    await page.getByRole('link', { name: 'acme' }).first().click()
    expect(await rows(page).count()).toBe(2)
  })

  test('sorts by a click or by the keyboard, says so, and the address remembers', async () => {
    const page = await open()
    const speeds = async () => (await column(page, 6)).map(Number)
    const heading = page.getByRole('columnheader', { name: 'Tokens/s' })
    await heading.getByRole('link').click()
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('descending')
    expect(await speeds()).toEqual((await speeds()).toSorted((a, b) => b - a))
    await heading.getByRole('link').press('Enter')
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('ascending')
    expect(await speeds()).toEqual((await speeds()).toSorted((a, b) => a - b))
    expect(page.url()).toBe(`${server.url}?sort=-speed`)
    await page.reload()
    expect(await speeds()).toEqual((await speeds()).toSorted((a, b) => a - b))
    await page.goBack()
    await expect.poll(() => heading.getAttribute('aria-sort')).toBe('descending')
  })

  test('filters by words, by kind, by place and by provider, without a new document', async () => {
    const page = await open()
    await page.evaluate('window.sameDocument = true')
    await page.getByLabel('Search').fill('gpt mini')
    const others = async () => (await column(page, 2)).filter((name) => !name.includes('gpt-4o-mini'))
    await expect.poll(others).toEqual([])
    await expect.poll(() => rows(page).count()).toBe(3)
    expect(await page.getByLabel('Search').evaluate((field) => field === document.activeElement)).toBe(true)
    const [first] = await column(page, 4)
    await options(page, 'Input tokens').selectOption('lt64k')
    await expect.poll(async () => (await column(page, 4))[0]).not.toBe(first)
    await options(page, 'Input tokens').selectOption('')
    await options(page, 'Region').selectOption('eu-west-1')
    await options(page, 'Asked from').selectOption('EU')
    await options(page, 'Provider').selectOption('fireworks')
    await expect.poll(() => column(page, 3)).toEqual([expect.stringContaining('fireworks')])
    expect(page.url()).toBe(`${server.url}?q=gpt+mini&region=eu-west-1&continent=EU&provider=fireworks`)
    await page.getByLabel('Search').fill('nothing has this name')
    await page.getByText('No endpoint matches.').waitFor()
    await page.getByRole('link', { name: 'Show all', exact: true }).click()
    await expect.poll(() => rows(page).count()).toBe(21)
    expect(await page.getByLabel('Search').inputValue()).toBe('')
    expect(await page.evaluate('window.sameDocument')).toBe(true)
  })

  test('the short list leads to all endpoints, these to a file of them', async () => {
    const page = await open()
    expect(await rows(page).count()).toBe(7 * 3)
    await page.getByRole('link', { name: 'Show all 28 endpoints' }).click()
    await expect.poll(() => rows(page).count()).toBe(28)
    const href = await page.getByRole('main').getByRole('link', { name: 'CSV' }).getAttribute('href')
    const lines = (await (await fetch(new URL(href!, page.url()))).text()).trim().split('\r\n')
    expect(lines).toHaveLength(29)
    expect(href).toBe('./endpoints.csv?show=all')
  })

  test('a model has its own address; the way back leads to the table as it was', async () => {
    const page = await open()
    await page.getByLabel('Search').fill('gpt-4o')
    await expect.poll(() => rows(page).count()).toBe(6)
    await page.getByRole('link', { name: 'openai/gpt-4o-mini', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: 'openai/gpt-4o-mini' }).waitFor()
    expect(page.url()).toBe(`${server.url}models/openai/gpt-4o-mini`)
    const measured = page.getByRole('region', { name: 'as measured' })
    expect(await measured.getByRole('rowheader').count()).toBe(4)
    expect(await measured.locator('.strip').first().getAttribute('aria-label')).toMatch(/^\d days, worst /)
    const terms = page.getByRole('region', { name: 'as published' })
    for (const text of ['131k', '8.2k', 'text, image', 'yes']) expect(await terms.innerText()).toContain(text)
    expect(await page.locator('.cells tbody tr').count()).toBe(4 * 6)
    await page.goBack()
    await page.locator('.filters').waitFor()
    expect(await page.getByLabel('Search').inputValue()).toBe('gpt-4o')
    expect(await rows(page).count()).toBe(6)
  })

  test('those that are marked are compared side by side', async () => {
    const page = await open()
    await page.getByRole('checkbox').nth(0).check()
    await page.getByRole('checkbox').nth(4).check()
    await page.getByRole('button', { name: 'Compare those marked' }).click()
    await page.getByRole('heading', { level: 1, name: 'Compare' }).waitFor()
    const table = page.getByRole('region', { name: 'Endpoints side by side' })
    expect(await table.getByRole('columnheader').count()).toBe(3)
    expect(await table.locator('.best').count()).toBeGreaterThan(2)
  })

  test('price against speed: points are links, the best are named', async () => {
    const page = await open()
    const chart = page.getByRole('region', { name: 'Price against speed' })
    expect(await chart.locator('circle').count()).toBe(28)
    expect(await chart.locator('.label').count()).toBeGreaterThan(0)
    await chart.locator('a:has(.front)').first().focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 2, name: 'Measured' }).waitFor()
  })

  test('plots have a line for each endpoint that is not switched off, and the values at the cursor', async () => {
    const page = await open('models/openai/gpt-4o')
    const plots = page.locator('.plot')
    expect(await plots.count()).toBe(6)
    const drawn = () => plots.evaluateAll((all) => all.map((plot) => plot.querySelectorAll('path').length))
    expect(await drawn()).toEqual([4, 4, 4, 4, 4, 4])
    await page.locator('.plots').getByRole('checkbox').first().uncheck()
    expect(await drawn()).toEqual([3, 3, 3, 3, 3, 3])
    const instants = page.locator('.instant')
    expect(await instants.first().innerText()).toBe('2025-11-24 17:00 UTC')
    await plots.first().hover()
    expect(await instants.first().innerText()).not.toBe('2025-11-24 17:00 UTC')
    expect(await instants.nth(3).innerText()).toBe(await instants.first().innerText())
  })

  test('without JavaScript plots are drawn as well', async () => {
    const page = await open('models/openai/gpt-4o', { javaScriptEnabled: false })
    expect(await page.locator('.plot path').count()).toBe(6 * 4)
    expect(await page.locator('.plots').getByRole('checkbox').count()).toBe(0)
  })

  test.each([320, 390, 1200, 1201])('with the longest names nothing scrolls sideways at %i pixels', async (width) => {
    const model = `accounts/${'long-'.repeat(20)}model`
    const { map } = state.data
    state.data = pageData({
      map: {
        ...map!,
        cells: map!.cells.map((cell) => ({ ...cell, model, provider: `${cell.provider}-${'x'.repeat(25)}` })),
      },
    })
    const page = await open('', { viewport: { width, height: 740 } })
    const [provider] = state.data.map!.cells
    for (const path of [
      '',
      `models/${model}`,
      `providers/${provider!.provider}`,
      `?compare=${model}`,
      'incidents',
      'incidents/i2',
    ]) {
      await page.goto(server.url + path)
      expect([path, await sideways(page)]).toEqual([path, 0])
    }
  })

  const LARGE = { models: 430, providers: 7 }
  test('with 3,000 endpoints a phone gets a short list first, and scrolls only down', async () => {
    state.data = pageData(LARGE)
    const page = await open('', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true })
    expect(await page.getByRole('main').getByRole('status').innerText()).toContain('3010 endpoints of 430 models')
    const visible = () => rows(page).evaluateAll((all) => all.filter((row) => row.checkVisibility()).length)
    expect(await visible()).toBe(10)
    expect(await sideways(page)).toBe(0)
    expect(await page.evaluate('document.documentElement.scrollHeight')).toBeLessThan(5_000)
    await page.getByRole('link', { name: 'Show all 3010 endpoints' }).tap()
    await expect.poll(visible).toBe(100)
    expect(await sideways(page)).toBe(0)
    await page.getByRole('link', { name: 'Next' }).tap()
    await page.getByText('Page 2 of 31').waitFor()
  })

  test('with 3,000 endpoints a desktop can search, sort and turn pages', async () => {
    state.data = pageData(LARGE)
    const page = await open()
    expect(await rows(page).count()).toBe(75)
    expect(await sideways(page)).toBe(0)
    await page.getByLabel('Search').fill('model-42 groq')
    await expect.poll(async () => new Set(await column(page, 3))).toEqual(new Set(['groq']))
    await options(page, 'Sort by').selectOption('uptime')
    await expect
      .poll(() => page.getByRole('columnheader', { name: 'Uptime' }).getAttribute('aria-sort'))
      .toBe('descending')
    await page.goto(`${server.url}?page=2`)
    await page.getByText('Page 2 of 18').waitFor()
  })

  test.each(['', 'models/openai/gpt-4o', '?compare=openai/gpt-4o'])(
    'on a phone the figures are there: /%s',
    async (path) => {
      const page = await open(path, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
      expect(await sideways(page)).toBe(0)
      const table = page.getByRole('table').first()
      expect((await table.innerText()).match(/\d (ms|s)\b/)).not.toBeNull()
      // The cards are still a table to who listens.
      expect(await table.getByRole('rowheader').count()).toBeGreaterThan(3)
    },
  )

  test('dark and light follow the reader, the plots as well', async () => {
    const page = await open('models/openai/gpt-4o')
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const line = () => page.evaluate('getComputedStyle(document.querySelector(".plot path")).stroke')
    const light = [await ground(), await line()]
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(light).toEqual(['rgb(247, 248, 249)', 'rgb(11, 110, 95)'])
    expect([await ground(), await line()]).toEqual(['rgb(16, 22, 28)', 'rgb(63, 193, 169)'])
  })

  test('incidents: open ones on top and at their endpoint, past ones on pages of their own', async () => {
    const page = await open()
    const now = page.getByRole('list', { name: 'Open incidents' }).getByRole('listitem')
    expect(await now.allInnerTexts()).toEqual([
      'deepinfra/claude-sonnet-4-5 is failing for 5+ members since 2025-11-24 17:46 UTC, 14 minutes ago',
    ])
    await page.getByRole('link', { name: 'Incidents', exact: true }).click()
    const past = page.getByRole('listitem').filter({ hasText: 'failed for' })
    expect(await past.allInnerTexts()).toContain(
      'bedrock/deepseek-v3.2 (us-east-1) failed for 45 minutes from 2025-11-24 06:20 UTC, 10+ members',
    )
    expect(await past.count()).toBe(2)
    await page.getByRole('link', { name: 'bedrock/deepseek-v3.2' }).click()
    await page.getByRole('heading', { level: 1, name: 'bedrock/deepseek-v3.2 was failing' }).waitFor()
    expect(await page.locator('.strip > span').count()).toBe(30)
  })

  test('the command to join names this hub', async () => {
    const page = await open()
    expect(await page.getByText(`router federation join ${server.url.slice(0, -1)} --invite CODE`).isVisible()).toBe(
      true,
    )
  })

  test('a map that does not come is called overdue while the page is open', async () => {
    const page = await open()
    expect(await page.getByText('Map is current').isVisible()).toBe(true)
    await page.clock.setFixedTime(new Date((state.data.now + 2 * 3_600) * 1000))
    await page.clock.runFor(30_000)
    expect(await page.getByText('No new map of late').isVisible()).toBe(true)
  })

  test('no map yet', async () => {
    state.data = pageData({ map: undefined, history: undefined, incidents: [] })
    const page = await open()
    expect(await page.getByRole('heading', { name: 'No map yet' }).isVisible()).toBe(true)
    expect(await page.getByText('No open incidents').isVisible()).toBe(true)
  })

  test('hostile names are text', async () => {
    const hostile = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'`
    const cell: MapCell = { provider: hostile, model: hostile, class: 'chat.lt1k.plain', as_of: EPOCH, members: 5 }
    const { history } = pageData()
    state.data = pageData({
      map: mapOf([cell]),
      history: { ...history!, series: [{ ...history!.series[0]!, provider: hostile, model: hostile }] },
      incidents: [{ id: hostile, provider: hostile, model: hostile, region: hostile, opened: 1, members: 5 }],
    })
    const page = await open()
    expect(await column(page, 2)).toEqual([hostile])
    await page.getByRole('link', { name: hostile, exact: true }).first().click()
    await page.getByRole('heading', { level: 2, name: 'Over time' }).waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(hostile)
    expect(await page.locator('img').count()).toBe(0)
  })
})

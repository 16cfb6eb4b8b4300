import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { MapCell } from '../../src/federation/protocol/types.ts'
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
  }, 60_000)
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
      await page.locator('.toolbar, .plots fieldset, .empty, .notice').first().waitFor()
    return page
  }

  const rows = (page: Page) => page.locator('.endpoints tbody tr')
  const column = (page: Page, number: number) =>
    page.locator(`.endpoints tbody tr > :nth-child(${number})`).allInnerTexts()
  const sideways = (page: Page) => page.evaluate('document.documentElement.scrollWidth - window.innerWidth')

  test('without JavaScript the table is there with the right figures', async () => {
    const cell: MapCell = {
      provider: 'acme',
      model: 'm-1',
      as_of: EPOCH,
      members: 20,
      quantiles: { ttft: [321, 1_240], speed: [77.4, 90] },
      success: { a: 97, b: 3 },
      price: 0.45,
    }
    state.data = pageData({ map: mapOf([cell]) })
    const page = await open('', { javaScriptEnabled: false })
    expect(await rows(page).count()).toBe(1)
    const texts = await rows(page).locator('th, td').allInnerTexts()
    expect(texts.slice(0, 8)).toEqual(['m-1', 'acme', '321 ms', '1.24 s', '77', '97.0 %', '$0.45', '20+'])
    expect(await page.getByRole('table').getByRole('columnheader').count()).toBe(9)
    expect(await page.getByText('2025-11-24 17:00 UTC').first().isVisible()).toBe(true)
    expect(await page.getByText('at least 5 independent members').isVisible()).toBe(true)
    await page.getByRole('link', { name: 'm-1' }).click()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe('m-1')
  })

  test('sorts by a click or by the keyboard, says so, and the address remembers', async () => {
    const page = await open()
    const speeds = async () => (await column(page, 5)).map(Number)
    await page.getByRole('button', { name: 'Tokens/s' }).click()
    expect(await speeds()).toEqual((await speeds()).toSorted((a, b) => b - a))
    expect(await page.getByRole('columnheader', { name: 'Tokens/s' }).getAttribute('aria-sort')).toBe('descending')
    await page.getByRole('button', { name: 'Tokens/s' }).press('Enter')
    expect(await speeds()).toEqual((await speeds()).toSorted((a, b) => a - b))
    expect(page.url()).toBe(`${server.url}?sort=speed`)
    await page.reload()
    await page.locator('.toolbar').waitFor()
    expect(await speeds()).toEqual((await speeds()).toSorted((a, b) => a - b))
  })

  test('filters by words and by provider', async () => {
    const page = await open()
    const all = await rows(page).count()
    await page.getByLabel('Filter').fill('gpt mini')
    expect(new Set(await column(page, 1))).toEqual(new Set(['gpt-4o-mini']))
    await page.getByRole('combobox', { name: 'Provider' }).selectOption('openai')
    expect(await column(page, 2)).toEqual(['openai'])
    await page.getByLabel('Filter').fill('nothing has this name')
    expect(await page.getByText('No endpoint matches.').isVisible()).toBe(true)
    await page.getByLabel('Filter').fill('')
    await page.getByRole('combobox', { name: 'Provider' }).selectOption('')
    expect(await rows(page).count()).toBe(all)
  })

  test('a model has its own address; the way back leads to the table as it was', async () => {
    const page = await open()
    await page.getByLabel('Filter').fill('gpt-4o')
    await page.getByRole('link', { name: 'gpt-4o-mini', exact: true }).first().click()
    await page.getByRole('heading', { level: 1, name: 'gpt-4o-mini' }).waitFor()
    expect(page.url()).toBe(`${server.url}?model=gpt-4o-mini`)
    expect(await rows(page).count()).toBe(4)
    expect(await page.locator('.cells tbody tr').count()).toBe(4 * 6)
    await page.goBack()
    await page.locator('.toolbar').waitFor()
    expect(await page.getByLabel('Filter').inputValue()).toBe('gpt-4o')
    expect(new Set((await column(page, 1)).filter(Boolean))).toEqual(new Set(['gpt-4o', 'gpt-4o-mini']))
  })

  test('plots are drawn, one line for each endpoint that is not switched off', async () => {
    const page = await open('?model=gpt-4o')
    const colours = () =>
      page.locator('.plot canvas').evaluateAll((canvases) =>
        (canvases as HTMLCanvasElement[]).map((canvas) => {
          const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', { willReadFrequently: true })!
          copy.drawImage(canvas, 0, 0)
          const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
          const seen = new Set<string>()
          for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) seen.add(data.slice(at, at + 3).join())
          return [...seen]
        }),
      )
    const first = '11,110,95'
    const drawn = await colours()
    expect(drawn).toHaveLength(6)
    for (const plot of drawn) expect(plot).toContain(first)
    await page.getByRole('checkbox').first().uncheck()
    await expect.poll(async () => (await colours()).filter((plot) => plot.includes(first))).toEqual([])
    await page.locator('.plot').first().hover()
    expect(await page.locator('.instant').first().innerText()).not.toBe('2025-11-24 17:00 UTC')
    expect(await page.locator('.instant').nth(3).innerText()).toBe(await page.locator('.instant').first().innerText())
  })

  test.each([320, 360, 1040, 1041])('with the longest names nothing scrolls sideways at %i pixels', async (width) => {
    const model = `accounts/${'long-'.repeat(20)}model`
    const { map } = state.data
    state.data = pageData({
      map: {
        ...map!,
        cells: map!.cells.map((cell) => ({ ...cell, model, provider: `${cell.provider}-${'x'.repeat(25)}` })),
      },
    })
    const page = await open('', { viewport: { width, height: 740 } })
    expect(await sideways(page)).toBe(0)
    await page.goto(`${server.url}?model=${encodeURIComponent(model)}`)
    expect(await sideways(page)).toBe(0)
  })

  test.each(['', '?model=gpt-4o'])('on a phone nothing scrolls sideways: /%s', async (path) => {
    const page = await open(path, { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true })
    expect(await sideways(page)).toBe(0)
    const texts = await rows(page).first().locator('td').allInnerTexts()
    expect(texts.some((text) => / (ms|s)$/.test(text))).toBe(true)
    // The cards are still a table to who listens.
    expect(await page.getByRole('table').first().getByRole('rowheader').count()).toBe(await rows(page).count())
  })

  test('dark and light follow the reader, the plots as well', async () => {
    const page = await open('?model=gpt-4o')
    const ground = () => page.evaluate('getComputedStyle(document.body).backgroundColor')
    const plot = () =>
      page
        .locator('.plot canvas')
        .first()
        .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL())
    const light = [await ground(), await plot()]
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await ground()).toBe('rgb(16, 22, 28)')
    expect(light[0]).toBe('rgb(247, 248, 249)')
    await expect.poll(plot).not.toBe(light[1])
  })

  test('incidents: open ones on top and at their endpoint, past ones below', async () => {
    const page = await open()
    const now = page.getByRole('list', { name: 'Open incidents' }).getByRole('listitem')
    expect(await now.allInnerTexts()).toEqual([
      'deepinfra/claude-sonnet-4-5 is failing for 5+ members since 2025-11-24 17:46 UTC, 14 minutes ago',
    ])
    expect(await page.getByRole('row', { name: 'deepinfra incident' }).count()).toBe(1)
    const past = page.getByRole('region', { name: 'Past incidents' }).getByRole('listitem')
    expect(await past.first().innerText()).toBe(
      'bedrock/deepseek-v3.2 (us-east-1) failed for 45 minutes from 2025-11-24 06:20 UTC, 10+ members',
    )
    expect(await past.count()).toBe(2)
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
    expect(await column(page, 1)).toEqual([hostile])
    await page.getByRole('link', { name: hostile, exact: true }).click()
    await page.locator('.plots fieldset').waitFor()
    expect(await page.getByRole('heading', { level: 1 }).innerText()).toBe(hostile)
    expect(await page.locator('img').count()).toBe(0)
  })
})

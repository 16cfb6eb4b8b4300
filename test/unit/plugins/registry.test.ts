import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import type { PluginUse } from '../../../src/config/types.ts'
import type { JsonObject, PluginContext, ProviderAdapter } from '../../../src/plugins/api.ts'
import { PluginRegistry } from '../../../src/plugins/registry.ts'

const directory = join(import.meta.dirname, '../../plugins')

function setUp() {
  const log = { debug: vi.fn(), info: vi.fn(), warn: vi.fn(), error: vi.fn() }
  return { log, registry: new PluginRegistry({ directory, log, now: () => 42 }) }
}

const use = (plugin: string, options: JsonObject = {}): PluginUse => ({
  id: `my-${plugin}`,
  plugin,
  options,
  place: {},
  placeOf: () => ({}),
})

/** What the fixture `with-context` shows of itself. */
const insideOf = (provider: ProviderAdapter) =>
  provider.capabilities?.('any') as unknown as { readonly context: PluginContext; readonly closed: number }

describe('PluginRegistry', () => {
  test('creates built-in plugins by name, with defaults filled in', async () => {
    const { registry } = setUp()
    expect(await registry.options('strategy', use('price'))).toEqual({ exponent: 2 })
    expect(await registry.create('strategy', use('price'))).toHaveProperty('rank')
  })

  test('errors of a configuration made in memory have no place', async () => {
    const { registry } = setUp()
    await expect(registry.create('strategy', use('price', { exponent: 'two' }))).rejects.toMatchObject({
      code: 'ROUTER_PLUGIN_OPTIONS',
      message: 'The options of plugin price are wrong: exponent must be a number from 0 to 10.',
    })
  })

  test('leaves the options of the configuration as they are', async () => {
    const { registry } = setUp()
    const options = Object.freeze({ exponent: '3' })
    expect(await registry.options('strategy', use('price', options))).toEqual({ exponent: 3 })
    expect(options).toEqual({ exponent: '3' })
  })

  test('lists what is built in and what was loaded', async () => {
    const { registry } = setUp()
    await registry.load([{ specifier: './duplicate/a.js', place: {} }])
    const list = registry.list()
    expect(list).toContainEqual({ kind: 'provider', name: 'openai', source: 'built-in' })
    expect(list).toContainEqual({ kind: 'observer', name: 'webhook', source: 'built-in' })
    expect(list.filter(({ source }) => source !== 'built-in')).toEqual([
      { kind: 'strategy', name: 'twin', source: './duplicate/a.js' },
    ])
  })

  test('a module used in several places at once is loaded once', async () => {
    const { registry } = setUp()
    const uses = ['./duplicate/a.js', './duplicate/a.js', './duplicate/../duplicate/a.js']
    await Promise.all(uses.map((plugin) => registry.create('strategy', use(plugin))))
    expect(registry.list().filter(({ source }) => source !== 'built-in')).toHaveLength(1)
  })

  test('names of object members are not plugins', async () => {
    const { registry } = setUp()
    await expect(registry.create('strategy', use('constructor'))).rejects.toMatchObject({
      code: 'ROUTER_PLUGIN_NOT_FOUND',
    })
  })

  test('opens a plugin of any kind, by built-in name or specifier', async () => {
    const { registry } = setUp()
    expect(await registry.open('webhook')).toMatchObject({ kind: 'observer', name: 'webhook' })
    expect(await registry.open('./options/index.js')).toMatchObject({ kind: 'provider', name: 'options' })
    await expect(registry.open('nothing-of-this-name')).rejects.toMatchObject({ code: 'ROUTER_PLUGIN_NOT_FOUND' })
  })

  test('gives create() its context', async () => {
    const { registry, log } = setUp()
    const provider = await registry.create('provider', use('./with-context/index.js'))
    const { context } = insideOf(provider)
    expect(context).toMatchObject({ id: 'my-./with-context/index.js', directory })
    expect(context.now()).toBe(42)
    context.log.info({ port: 1 }, 'Hello')
    expect(log.info).toHaveBeenCalledWith({ plugin: 'my-./with-context/index.js', port: 1 }, 'Hello')
  })

  test('closes every instance once, and logs what cannot be closed', async () => {
    const { registry, log } = setUp()
    const instances = [
      await registry.create('provider', use('./with-context/index.js')),
      await registry.create('provider', use('./with-context/index.js', { fails: true })),
    ]
    const closed = () => instances.map((instance) => insideOf(instance).closed)
    await registry.closeAll()
    await registry.closeAll()
    expect(closed()).toEqual([1, 1])
    expect(log.warn.mock.calls).toEqual([
      [{ plugin: 'my-./with-context/index.js', reason: 'cannot let go' }, 'A plugin could not be closed'],
    ])
  })

  test('a plugin that never finishes is an error, not a silent hang', async () => {
    const { registry } = setUp()
    const hanging = use('./with-context/index.js', { hangs: true })
    await registry.options('provider', hanging)
    vi.useFakeTimers()
    try {
      const outcome = expect(registry.create('provider', hanging)).rejects.toMatchObject({
        code: 'ROUTER_PLUGIN_BROKEN',
        message: expect.stringContaining('create() is not done after 30 s'),
      })
      await vi.advanceTimersByTimeAsync(30_000)
      await outcome
    } finally {
      vi.useRealTimers()
    }
  })
})

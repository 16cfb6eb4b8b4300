// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { describe, expect, test } from 'vitest'
import type { Config } from '../../../src/config/types.ts'
import { check, MINIMAL } from './support.ts'

function configOf(text: string): Config {
  const { config, problems } = check(text)
  expect(problems).toEqual([])
  return config!
}

describe('the configuration', () => {
  test('has every default', () => {
    const { routing, ...config } = configOf(MINIMAL)
    expect(config).toMatchObject({
      source: { path: '/etc/router/config.yaml', directory: '/etc/router' },
      server: {
        host: '127.0.0.1',
        port: 4000,
        bodyLimit: 33_554_432,
        streamBuffer: 268_435_456,
        drainTimeoutMs: 30_000,
        allowedHosts: [],
        allowedOrigins: [],
      },
      auth: { keys: [] },
      models: new Map(),
      stats: {
        store: { id: 'lowdb', plugin: 'lowdb', options: { path: '.router/stats.json' } },
        flushMs: 10_000,
        maxCells: 5000,
      },
      log: {
        level: 'info',
        format: 'auto',
        outcomes: { path: '/etc/router/.router/outcomes', keepMs: 604_800_000, maxBytes: 268_435_456 },
      },
      observers: [],
      plugins: [],
      warnings: [],
    })
    expect(routing).toMatchObject({
      strategy: { id: 'adaptive', plugin: 'adaptive', options: {} },
      attempts: 3,
      timeouts: {
        connectMs: 5000,
        firstTokenMs: 300_000,
        responseMs: 600_000,
        aliveMs: 600_000,
        idleMs: 120_000,
        totalMs: 1_200_000,
      },
      requestTimeoutMaxMs: 1_800_000,
      hedging: { enabled: false, budget: 0.02, minDelayMs: 800 },
      affinity: { ttlMs: 'auto' },
    })
    expect(config.providers.get('sandbox')).toMatchObject({
      id: 'sandbox',
      plugin: 'sandbox',
      options: {},
      optional: false,
    })
  })

  test('holds everything that was written', () => {
    const config = configOf(`
providers:
  local:
    plugin: openai-compatible
    base_url: "http://h:1/v1"
    price: { prompt: 1, completion: 2, cache_read: 0.1, cache_write: 1.5, request: 0.01 }
models:
  m:
    description: A model
    endpoints:
      - provider: local
        model: x/y
        region: eu
        weight: 2
        price: { prompt: 3, completion: 4 }
        limits: { rpm: 5, tpm: 6 }
        context_length: 7
        max_output_tokens: 8
        parameters: [tools]
        input_modalities: [text, image]
        quantization: fp8
      - local/z
    strategy: { plugin: weighted, options: { a: 1 } }
    fallbacks: [ n, { model: n, provider: { sort: price } } ]
  n: { endpoints: [ local/z ] }
routing: { strategy: price, affinity: { ttl: 5m } }
stats: { store: { plugin: redis, options: { url: "redis://h" } } }
log: { outcomes: false, level: warn }
observers: [ webhook, { id: w2, plugin: ./hook.ts, options: { url: "http://h" } } ]
plugins: [ ./a.ts, b ]
`)
    expect(config.providers.get('local')).toMatchObject({
      plugin: 'openai-compatible',
      options: { base_url: 'http://h:1/v1' },
      price: { prompt: 1, completion: 2, cacheRead: 0.1, cacheWrite: 1.5, request: 0.01 },
      place: { file: 'config.yaml', line: 3, column: 3 },
    })
    const model = config.models.get('m')!
    expect(model.endpoints).toEqual([
      {
        provider: 'local',
        model: 'x/y',
        region: 'eu',
        weight: 2,
        price: { prompt: 3, completion: 4 },
        limits: { rpm: 5, tpm: 6 },
        contextLength: 7,
        maxOutputTokens: 8,
        parameters: ['tools'],
        inputModalities: ['text', 'image'],
        quantization: 'fp8',
        place: { file: 'config.yaml', line: 11, column: 9 },
      },
      { provider: 'local', model: 'z', weight: 1, place: { file: 'config.yaml', line: 22, column: 9 } },
    ])
    expect(model).toMatchObject({
      name: 'm',
      description: 'A model',
      strategy: { plugin: 'weighted', options: { a: 1 } },
    })
    expect(model.fallbacks).toEqual([{ model: 'n' }, { model: 'n', provider: { sort: 'price' } }])
    expect(config.routing).toMatchObject({ strategy: { plugin: 'price' }, affinity: { ttlMs: 300_000 } })
    expect(config.stats.store).toMatchObject({ plugin: 'redis', options: { url: 'redis://h' } })
    expect(config.log).toEqual({ level: 'warn', format: 'auto' })
    expect(config.observers.map(({ id, plugin }) => [id, plugin])).toEqual([
      ['webhook', 'webhook'],
      ['w2', './hook.ts'],
    ])
    expect(config.plugins.map(({ specifier, place }) => [specifier, place.line, place.column])).toEqual([
      ['./a.ts', 30, 12],
      ['b', 30, 20],
    ])
  })

  test('tells the place of every option of a plugin', () => {
    const config = configOf(`
providers:
  local: { plugin: sandbox, a/b: { c: [ 1, 2 ] } }
routing:
  strategy:
    plugin: weighted
    options: { deep: { x: 1 } }
stats: { path: x.json }
`)
    const { placeOf } = config.providers.get('local')!
    expect(placeOf('/a~1b/c/1')).toEqual({ file: 'config.yaml', line: 3, column: 44 })
    expect(placeOf('/not/there')).toEqual({ file: 'config.yaml', line: 3, column: 3 })
    expect(config.routing.strategy.place).toMatchObject({ line: 6, column: 13 })
    expect(config.routing.strategy.placeOf('/deep/x')).toMatchObject({ line: 7, column: 27 })
    expect(config.stats.store.placeOf('/path')).toMatchObject({ line: 8, column: 16 })
  })

  test('has a version that changes with the text and not with the environment', () => {
    const text = 'providers: { a: { api_key: "${K}" } }\n'
    const version = (file: string, key: string) => check(file, { K: key }).config?.version
    expect(version(text, 'one')).toMatch(/^[0-9a-f]{12}$/)
    expect(version(text, 'one')).toBe(version(text, 'two'))
    expect(version(text, 'one')).not.toBe(version(`${text}\n`, 'one'))
  })
})

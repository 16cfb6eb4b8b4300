// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of the file that is tested
import { availableParallelism } from 'node:os'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { configSchema } from '../../../src/config/schema/index.ts'
import { check, MINIMAL, problemsOf } from './support.ts'

const withLines = (...lines: string[]) => `${MINIMAL}${lines.join('\n')}\n`

describe('structure', () => {
  test('the schema is valid JSON Schema 2020-12', () => {
    const ajv = new Ajv2020({ allowUnionTypes: true })
    ajv.addVocabulary(['expects', 'duration', 'size'])
    expect(ajv.validateSchema(configSchema)).toBe(true)
    ajv.compile(configSchema)
  })

  test.each([
    ['server: { port: 70000 }', '3:17 server.port: This must be a whole number from 0 to 65535.'],
    ['server: { port: 1.5 }', '3:17 server.port: This must be a whole number from 0 to 65535.'],
    ['server: { prot: 80 }', '3:11 server.prot: This key is not known.'],
    ['server: { host: "" }', '3:17 server.host: This must be text that is not empty.'],
    ['server: { body_limit: 10 }', '3:23 server.body_limit: This must be a size from 1kb to 1gb.'],
    ['server: { body_limit: 32xb }', '3:23 server.body_limit: This must be a size from 1kb to 1gb.'],
    ['server: []', '3:1 server: This must be a mapping.'],
    ['auth: { keys: [""] }', '3:16 auth.keys[0]: This must be a key, or a mapping with "key".'],
    [
      'routing: { timeouts: { connect: 0 } }',
      '3:33 routing.timeouts.connect: This must be a duration from 1ms to 24h.',
    ],
    ['routing: { timeouts: { total: 25h } }', '3:31 routing.timeouts.total: This must be a duration from 1ms to 24h.'],
    ['routing: { timeouts: { idle: soon } }', '3:30 routing.timeouts.idle: This must be a duration from 1ms to 24h.'],
    [
      'routing: { retries: { attempts: 0 } }',
      '3:33 routing.retries.attempts: This must be a whole number from 1 to 20.',
    ],
    [
      'routing: { affinity: { ttl: 0s } }',
      '3:29 routing.affinity.ttl: This must be auto, off, or a duration from 1s to 24h.',
    ],
    ['routing: { hedging: { budget: 2 } }', '3:31 routing.hedging.budget: This must be a number from 0 to 1.'],
    ['routing: { strategy: {} }', '3:12 routing.strategy: "plugin" is missing.'],
    [
      'routing: { strategy: 3 }',
      '3:22 routing.strategy: This must be the name of a plugin, or a mapping with "plugin" and "options".',
    ],
    ['stats: { max_cells: 0 }', '3:21 stats.max_cells: This must be a whole number from 1 to 1000000.'],
    ['log: { level: loud }', '3:15 log.level: This must be one of trace, debug, info, warn, error, silent.'],
    ['log: { outcomes: true }', '3:18 log.outcomes: This must be a mapping of its keys, or false.'],
    ['plugins: ./x.ts', '3:10 plugins: This must be a list.'],
    ['observers: [ { id: x } ]', '3:14 observers[0]: "plugin" is missing.'],
    ['models: { m: { endpoints: [] } }', '3:16 models.m.endpoints: This must be a list with at least one entry.'],
    ['models: { m: {} }', '3:11 models.m: "endpoints" is missing.'],
    ['models: { "a b": { endpoints: [sandbox/x] } }', '3:11 models["a b"]: The name must be a name without spaces.'],
    [
      'models: { m: { endpoints: [gpt-4o] } }',
      '3:28 models.m.endpoints[0]: This must be "provider/upstream-model", or a mapping with "provider" and "model".',
    ],
    ['models: { m: { endpoints: [ { provider: sandbox } ] } }', '3:29 models.m.endpoints[0]: "model" is missing.'],
    [
      'models: { m: { endpoints: [ { provider: sandbox, model: x, weight: -1 } ] } }',
      '3:68 models.m.endpoints[0].weight: This must be a number, 0 or more.',
    ],
    [
      'models: { m: { endpoints: [ { provider: sandbox, model: x, weight: .nan } ] } }',
      '3:68 models.m.endpoints[0].weight: This must be a number, 0 or more.',
    ],
    [
      'models: { m: { endpoints: [ { provider: sandbox, model: x, limits: { rpm: 0 } } ] } }',
      '3:75 models.m.endpoints[0].limits.rpm: This must be a whole number, 1 or more.',
    ],
    [
      'models: { m: { endpoints: [ { provider: sandbox, model: x, price: { prompt: -1, completion: 0 } } ] } }',
      '3:77 models.m.endpoints[0].price.prompt: This must be a number, 0 or more.',
    ],
  ])('%s', (line, problem) => expect(problemsOf(withLines(line))).toEqual([problem]))

  test('wants a provider', () => {
    expect(problemsOf('server: { port: 1 }\n')).toEqual(['1:1 : "providers" is missing.'])
    expect(problemsOf('providers: {}\n')).toEqual(['1:1 providers: This must be a mapping with at least one entry.'])
    expect(problemsOf('providers: { a/b: {} }\n')[0]).toContain(
      '1:14 providers["a/b"]: The name must be letters, digits',
    )
  })

  test("keys that begin with x- are the file's own", () => {
    const text = `x-common: &common { base_url: http://h/v1 }\n${MINIMAL}x-notes: [a, 3]\n`
    expect(problemsOf(text)).toEqual([])
    expect(problemsOf(`${MINIMAL}server: { x-a: 1 }\n`)).toEqual([expect.stringContaining('This key is not known')])
  })

  test('a duration below zero is not to be quoted', () => {
    expect(check(withLines('server: { drain_timeout: -5 }')).problems[0]?.hint).toBe(
      'Write it as 500ms, 30s, 5m, 1h or 7d; a plain number is seconds.',
    )
  })

  test('reports everything at once, in the order of the file', () => {
    const text = withLines('server: { prot: 1, host: 3 }', 'routing: { retries: { attempts: no } }', 'lgo: {}')
    expect(problemsOf(text).map((problem) => problem.slice(0, 4))).toEqual(['3:11', '3:26', '4:33', '5:1 '])
  })

  test.each([
    ['server: { prot: 1 }', 'Did you mean "port"?'],
    [
      'server: { zzz: 1 }',
      'Known here: host, port, workers, max_connections, body_limit, upload_limit, stream_buffer, realtime, drain_delay, drain_timeout, allowed_hosts, allowed_origins.',
    ],
    ['log: { level: wran }', 'Did you mean "warn"?'],
    ['server: { port: "80" }', 'Remove the quotes.'],
    ['models: { m: { endpoints: [ { provider: sandbox, model: 4 } ] } }', 'Put it in quotes.'],
    ['plugins: ./x.ts', 'Put it in [ ].'],
    ['models: { a: { endpoints: [sandbox/fast] }, m: { select: { verify: agrement, from: [a, a] } } }', undefined],
    ['stats: { flush: 3w }', 'Write it as 500ms, 30s, 5m, 1h or 7d; a plain number is seconds.'],
    ['log: { outcomes: { max_size: 3xb } }', 'Write it as 512kb, 32mb or 1gb; a plain number is bytes.'],
  ])('%s: hint', (line, hint) => expect(check(withLines(line)).problems[0]?.hint).toBe(hint))

  test('a misspelt required key is not also reported as missing', () => {
    expect(problemsOf('providers: { p: { price: { promt: 1, completion: 1 } } }\n')).toEqual([
      '1:28 providers.p.price.promt: This key is not known.',
    ])
  })

  test('numbers and booleans may come from the environment, but not from quotes', () => {
    const env = { PORT: '8080', BUDGET: '0.5', OFF: 'false', FLUSH: '30' }
    const text = withLines(
      'server: { port: "${PORT}" }',
      'routing: { hedging: { enabled: "${OFF}", budget: "${BUDGET}" } }',
      'stats: { flush: "${FLUSH}" }',
      'log: { outcomes: "${OFF}" }',
    )
    const { config, problems } = check(text, env)
    expect(problems).toEqual([])
    expect(config?.server.port).toBe(8080)
    expect(config?.routing.hedging).toEqual({ enabled: false, budget: 0.5, minDelayMs: 800 })
    expect(config?.stats.flushMs).toBe(30_000)
    expect(config?.log.outcomes).toBeUndefined()
    expect(problemsOf(text, { ...env, PORT: 'http' })).toEqual([
      '3:17 server.port: This must be a whole number from 0 to 65535.',
    ])
  })
})

test.each([
  ['server: { workers: 4 }', 4],
  ['server: { workers: "2" }', 2],
  ['server: { workers: auto }', availableParallelism()],
  ['server: {}', 1],
])('%s', (line, workers) => {
  const { problems, config } = check(withLines(line))
  expect(problems).toEqual([])
  expect(config?.server.workers).toBe(workers)
})

test.each(['0', '65', '1.5', 'all'])('server.workers: %s is refused', (value) => {
  expect(problemsOf(withLines(`server: { workers: ${value} }`))).toEqual([
    expect.stringContaining('a whole number from 1 to 64, or auto'),
  ])
})

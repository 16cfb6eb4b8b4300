import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import Check from '../../../src/commands/check.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

test('a good file: counts, and exit code 0', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  expect(await runCommand(Check, '-c', file)).toEqual({
    exit: 0,
    stdout: 'ok: 1 provider, 2 models, 4 endpoints',
    stderr: '',
  })
  const json = await runCommand(Check, '-c', file, '--json')
  expect(JSON.parse(json.stdout)).toEqual({
    valid: true,
    file,
    problems: [],
    notes: [],
    warnings: [],
    providers: 1,
    models: 2,
    endpoints: 4,
    known: 0,
  })
})

test('models that the catalogue knows of the providers are counted too', async () => {
  const file = join(
    await folder({ 'config.yaml': 'providers: { openai: { api_key: sk-test-only } }\n' }),
    'config.yaml',
  )
  const { stdout } = await runCommand(Check, '-c', file)
  expect(stdout).toMatch(/^ok: 1 provider, 0 models, 0 endpoints, and \d+ models known of the providers$/m)
})

test('credentials that are not here are no matter of the file', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', '')
  vi.stubEnv('AWS_BEARER_TOKEN_BEDROCK', '')
  const text = 'providers:\n  bedrock: {}\nmodels:\n  a:\n    endpoints: [bedrock/any]\n'
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  // What rejects behind its back would end the process, and fails this test.
  expect(await runCommand(Check, '-c', file)).toMatchObject({ exit: 0, stderr: '' })
  vi.unstubAllEnvs()
})

test('every problem of the file at once, with its place and a guess, and exit code 3', async () => {
  const file = join(
    await folder({
      'config.yaml': 'serverr: {}\nmodels:\n  a:\n    endpoints: [sandbx/fast]\nproviders:\n  sandbox: {}\n',
    }),
    'config.yaml',
  )
  const { exit, stdout } = await runCommand(Check, '-c', file)
  expect(exit).toBe(3)
  expect(stdout).toMatch(/^2 problems\n/)
  expect(stdout).toMatch(/config\.yaml:1:1 .*server\b/)
  expect(stdout).toMatch(/config\.yaml:4:17 .*sandbox/)
})

test('options are checked by the plugins themselves', async () => {
  const text =
    'providers:\n  sandbox:\n    no_such_option: 1\n  other:\n    plugin: ./missing.ts\nmodels:\n  a:\n    endpoints: [sandbox/fast]\n'
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file, '--json')
  expect(exit).toBe(3)
  const { valid, problems } = JSON.parse(stdout)
  expect(valid).toBe(false)
  expect(problems).toEqual([
    expect.objectContaining({ path: 'providers.sandbox.no_such_option', line: 3 }),
    expect.objectContaining({
      path: 'providers.other',
      message: expect.stringContaining('./missing.ts was not found'),
    }),
  ])
})

test('plugins are checked in a file that is wrong elsewhere, but not the options that hang on a missing variable', async () => {
  const text =
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the config file's own syntax
    'serverr: {}\nproviders:\n  sandbox:\n    no_such_option: 1\n  other:\n    plugin: opnai\n    api_key: "${NO_SUCH_VARIABLE}"\nmodels:\n  a:\n    endpoints: [sandbox/fast]\n'
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file, '--json')
  expect(exit).toBe(3)
  expect(JSON.parse(stdout).problems).toEqual([
    expect.objectContaining({ line: 1 }),
    expect.objectContaining({ path: 'providers.sandbox.no_such_option', line: 4 }),
    expect.objectContaining({ path: 'providers.other', message: expect.stringContaining('Did you mean "openai"?') }),
    expect.objectContaining({ path: 'providers.other.api_key', message: expect.stringContaining('NO_SUCH_VARIABLE') }),
  ])
})

test('a file that is not there: exit code 3, on stderr, and as JSON when asked', async () => {
  const { exit, stdout, stderr } = await runCommand(Check, '-c', '/nowhere/config.yaml', '--json')
  expect(exit).toBe(3)
  expect(stderr).toBe('ROUTER_CONFIG_NOT_FOUND: There is no config file at /nowhere/config.yaml.')
  expect(JSON.parse(stdout).error.code).toBe('ROUTER_CONFIG_NOT_FOUND')
})

test('an unknown flag is a usage error', async () => {
  const { exit, stderr } = await runCommand(Check, '--nope')
  expect(exit).toBe(2)
  expect(stderr).toContain('--nope')
})

test('says what is not known of data policies, unless it is declared', async () => {
  const config = `providers:
  groq: { plugin: openai-compatible, preset: groq, api_key: key }
  gpu: { plugin: openai-compatible, base_url: "http://10.0.0.7/v1" }
  own: { plugin: openai-compatible, base_url: "http://10.0.0.8/v1", data_policy: { zdr: true, region: EU } }
models: { small: { endpoints: [groq/a, gpu/a, own/a] } }
`
  const file = join(await folder({ 'config.yaml': config }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toContain('Not known of groq: zdr, region. ')
  expect(stdout).toContain('Not known of gpu: zdr, data_collection, region. ')
  expect(stdout).not.toContain('Not known of own')
  expect(JSON.parse((await runCommand(Check, '-c', file, '--json')).stdout).notes).toHaveLength(2)
})

test('a price that nobody knows is a warning that says what routing does, but not on this machine', async () => {
  const text = `
providers:
  openai: { api_key: k }
  own: { plugin: openai-compatible, base_url: http://127.0.0.1:9/v1 }
models:
  a:
    endpoints:
      - openai/gpt-5.4
      - openai/ft:nobody-knows
      - own/anything
`
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^1 warning\n/)
  expect(stdout).toMatch(/config\.yaml:9:9 .*No price of openai\/ft:nobody-knows is known.*highest of the known ones/)
})

test('embeddings without a price have no budget, but for those of this machine', async () => {
  const text = `
providers:
  own: { plugin: openai-compatible, base_url: "http://127.0.0.1:9/v1" }
  far: { plugin: openai-compatible, base_url: "http://10.0.0.7/v1" }
models:
  a: { endpoints: [own/a] }
  near: { endpoints: [own/e] }
  away: { endpoints: [own/e, far/e] }
  one: { select: { from: [a, near], features: { embeddings: near } } }
  two: { select: { from: [a, near], features: { embeddings: away } } }
`
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/config\.yaml:10:.*The budget of embeddings by away cannot be kept/)
  expect(stdout).not.toContain('embeddings by near')
})

test('no budget of a judge without a price can be kept', async () => {
  const text = `
providers:
  away: { plugin: openai-compatible, base_url: "http://away.example/v1" }
  own: { plugin: openai-compatible, base_url: "http://127.0.0.1:9/v1" }
models:
  a: { endpoints: [away/a] }
  b: { endpoints: [away/b] }
  c: { endpoints: [own/c] }
  auto: { select: { from: [a, b], judge: { model: b, budget: 1 }, verify: { check: judge, model: a, budget: 1 } } }
  near: { select: { from: [a, b], judge: { model: c, budget: 1 } } }
`
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/config\.yaml:9:.*The budget of the judge b cannot be kept/)
  expect(stdout).toMatch(/config\.yaml:9:.*The budget of the judge a cannot be kept/)
  expect(stdout).not.toContain('judge c')
})

test('log probabilities are no check where no endpoint gives them', async () => {
  const text = `
providers: { anthropic: { api_key: k }, openai: { api_key: k } }
models:
  a: { endpoints: [anthropic/claude-haiku-4-5] }
  b: { endpoints: [openai/gpt-4o] }
  one: { select: { from: [a, b], verify: logprob } }
  two: { select: { from: [b, a], verify: logprob } }
`
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { stdout } = await runCommand(Check, '-c', file)
  expect(stdout).toMatch(/config\.yaml:6:.*No endpoint of a is known to give log probabilities/)
  expect(stdout).not.toContain('No endpoint of b')
})

test('models that are offered without a known price are a note a provider', async () => {
  const text = 'providers:\n  groq: { plugin: openai-compatible, preset: groq, api_key: k }\n'
  const file = join(await folder({ 'config.yaml': text }), 'config.yaml')
  const { exit, stdout } = await runCommand(Check, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/No price is known of what groq offers as \S+, \S+, \S+, and 1 more\. Its price counts as/)
})

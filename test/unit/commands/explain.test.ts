import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import Explain from '../../../src/commands/explain.ts'
import { DecisionLog } from '../../../src/outcomes/log/decision-log.ts'
import type { RequestRecord } from '../../../src/plugins/api.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

const record = (id: string, time: number): RequestRecord => ({
  id,
  time,
  requestedModel: 'small',
  model: 'small',
  operation: 'chat',
  wire: 'openai-chat',
  class: 'chat.lt1k.plain',
  stream: false,
  strategy: 'priority',
  configVersion: 'c0ffee',
  inputTokensEstimate: 5,
  candidates: [],
  excluded: [],
  attempts: [{ endpoint: 'sandbox/fast', kind: 'ok', startMs: 0, totalMs: 120, status: 200 }],
  kind: 'ok',
  upstreamId: `up-${id}`,
  totalMs: 121,
  overheadMs: 0.2,
})

const logIn = (directory: string) =>
  new DecisionLog({
    directory: join(directory, '.router', 'outcomes'),
    keepMs: 86_400_000,
    maxBytes: 1e6,
    log: { info: () => {}, warn: () => {} },
  })

async function logged(): Promise<string> {
  const directory = await folder({ 'config.yaml': SANDBOX })
  const log = logIn(directory)
  const now = Math.floor(Date.now() / 1000) * 1000
  log.write(record(`gen-${now / 1000 - 10}-older`, now - 10_000))
  log.write(record(`gen-${now / 1000}-newer`, now))
  await log.close()
  return join(directory, 'config.yaml')
}

test('without an id, the newest request', async () => {
  const file = await logged()
  const { exit, stdout } = await runCommand(Explain, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^gen-\d+-newer {2}ok .*\n\nsandbox\/fast was tried first\. It answered in 120 ms\.\n\nmodel /)
  expect((await runCommand(Explain, '-c', file, '--last')).stdout).toBe(stdout)
})

test('the newest request counts although it waits to be written', async () => {
  const file = await logged()
  const log = logIn(dirname(file))
  log.write(record(`gen-${Math.floor(Date.now() / 1000) + 1}-latest`, Date.now() + 1000))
  const { stdout } = await runCommand(Explain, '-c', file, '--last')
  await log.close()
  expect(stdout).toMatch(/^gen-\d+-latest /)
})

test('the newest request is one of a client, not one that the router made by itself', async () => {
  const file = await logged()
  const log = logIn(dirname(file))
  for (const client of ['judge', 'embeddings', 'keep_warm'])
    log.write({ ...record(`gen-${Math.floor(Date.now() / 1000) + 1}-${client}`, Date.now() + 1000), client })
  await log.close()
  expect((await runCommand(Explain, '-c', file)).stdout).toMatch(/^gen-\d+-newer /)
})

test('by our id or the upstream’s, also as JSON', async () => {
  const file = await logged()
  const { id } = JSON.parse((await runCommand(Explain, '-c', file, '--json')).stdout)
  const found = JSON.parse((await runCommand(Explain, '-c', file, `up-${id}`, '--json')).stdout)
  expect(found).toMatchObject({
    id,
    summary: 'sandbox/fast was tried first. It answered in 120 ms.',
    requested_model: 'small',
    attempts: [{ endpoint: 'sandbox/fast', kind: 'ok', total_ms: 120 }],
  })
})

test('an unknown id is an error that says where was looked', async () => {
  const file = await logged()
  const { exit, stderr } = await runCommand(Explain, '-c', file, 'gen-1-x')
  expect(exit).toBe(1)
  expect(stderr).toMatch(
    /^ROUTER_GENERATION_NOT_FOUND: No request "gen-1-x" is on record\. Looked in .*outcomes, which keeps requests for 7 days\.$/,
  )
  const { stdout } = await runCommand(Explain, '-c', file, 'gen-1-x', '--json')
  expect(JSON.parse(stdout).error.code).toBe('ROUTER_GENERATION_NOT_FOUND')
})

test('nothing on record, or the log switched off: says what to do', async () => {
  const directory = await folder({ 'config.yaml': SANDBOX, 'off.yaml': `${SANDBOX}log: { outcomes: false }\n` })
  const none = await runCommand(Explain, '-c', join(directory, 'config.yaml'))
  expect(none).toMatchObject({ exit: 2, stderr: expect.stringContaining('router serve') })
  const off = await runCommand(Explain, '-c', join(directory, 'off.yaml'))
  expect(off).toMatchObject({ exit: 2, stderr: expect.stringContaining('switched off') })
})

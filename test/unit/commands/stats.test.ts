import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import Stats from '../../../src/commands/stats.ts'
import { OutcomeBook } from '../../../src/outcomes/cells/cells.ts'
import { writeInbox } from '../../../src/outcomes/saving/inbox.ts'
import type { Outcome } from '../../../src/outcomes/types.ts'
import { writeStatsFile } from '../../../src/plugins/stores/stats-file.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

const outcome = (endpoint: string, more: Partial<Outcome> = {}): Outcome => ({
  endpoint,
  class: 'chat.lt1k.plain',
  kind: 'ok',
  at: Date.now() - 60_000,
  stream: true,
  ttftMs: 300,
  totalMs: 1500,
  tokensPerSecond: 80,
  usage: { inputTokens: 100, outputTokens: 97 },
  costUsd: 0.001,
  ...more,
})

async function measured(): Promise<string> {
  const directory = await folder({ 'config.yaml': SANDBOX })
  await writeInbox(join(directory, '.router'), [
    outcome('gone/model'),
    outcome('sandbox/flaky'),
    outcome('sandbox/fast'),
    outcome('sandbox/fast', { class: 'chat.lt8k.plain' }),
    outcome('sandbox/fast', { kind: 'provider_overloaded' }),
  ])
  return join(directory, 'config.yaml')
}

test('nothing recorded: says so and what to do', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  const { exit, stdout } = await runCommand(Stats, '-c', file)
  expect(exit).toBe(0)
  expect(stdout).toMatch(
    /^Nothing has been recorded yet\. A running router saves what is new every 10 s\. Start the router with "router serve"/,
  )
  expect(JSON.parse((await runCommand(Stats, '-c', file, '--json')).stdout)).toEqual({
    window_s: 86_400,
    save_every_s: 10,
    rows: [],
  })
})

test('a line an endpoint, configured ones first, and failures by kind', async () => {
  const { stdout } = await runCommand(Stats, '-c', await measured())
  const lines = stdout.split('\n')
  expect(lines[0]).toBe('Last day')
  expect(lines[1]).toMatch(
    /^endpoint +requests +success +TTFT p50 +p95 +tokens\/s +total p50 +p95 +tokens in +out +cost$/,
  )
  expect(lines[2]).toMatch(/^sandbox\/fast \(simulated\) +3 +66\.7% .* 300 +291 +\$0\.003/)
  expect(lines[3]).toMatch(/^sandbox\/flaky \(simulated\) +1 +100%/)
  expect(lines[4]).toMatch(/^gone\/model \(not configured\) +1/)
  expect(lines.slice(6)).toEqual(['Not ok, by kind', '  sandbox/fast (simulated)  1 overloaded'])
})

test('as JSON, by class, for one model', async () => {
  const { stdout } = await runCommand(Stats, '-c', await measured(), '--json', '--class', '--model', 'small')
  const { rows, model, last_at } = JSON.parse(stdout)
  expect(model).toBe('small')
  expect(Date.parse(last_at)).toBeLessThan(Date.now())
  expect(rows.map((row: { endpoint: string; class: string }) => [row.endpoint, row.class])).toEqual([
    ['sandbox/fast', 'chat.lt1k.plain'],
    ['sandbox/fast', 'chat.lt8k.plain'],
  ])
  expect(rows[0]).toMatchObject({
    models: ['small'],
    simulated: true,
    requests: 2,
    success_rate: 0.5,
    outcomes: { ok: 1, provider_overloaded: 1 },
    ttft_ms: { n: 1, p50: expect.closeTo(300, -2) },
    cost_usd: 0.002,
  })
})

test('beliefs: mean, spread, evidence and where it comes from', async () => {
  const file = await measured()
  expect((await runCommand(Stats, '-c', file, '--beliefs')).stdout).toMatch(
    /^endpoint +class +TTFT +×\/÷ +n +from .*\nsandbox\/fast \(simulated\) +chat\.lt1k\.plain +\d/,
  )
  const { rows } = JSON.parse((await runCommand(Stats, '-c', file, '--beliefs', '--json')).stdout)
  expect(rows[0].beliefs).toMatchObject({
    ttft_ms: { mean: expect.any(Number), log_sd: expect.any(Number), n: expect.any(Number), from: 'cell' },
    success: { mean: expect.any(Number), a: expect.any(Number), b: expect.any(Number) },
  })
})

test('says how old it is beside a running router, which saves from time to time', async () => {
  const directory = await folder({ 'config.yaml': SANDBOX })
  const book = new OutcomeBook()
  book.record(outcome('sandbox/fast', { listUsd: 0.0005 }))
  const savedAt = Date.now() - 8_200
  await mkdir(join(directory, '.router'), { recursive: true })
  await writeStatsFile(join(directory, '.router', 'stats.json'), book.snapshot(savedAt), savedAt)
  const args = ['-c', join(directory, 'config.yaml')]
  const age = /, as of (8|9|1\d)(\.\d+)? s ago; a running router saves what is new every 10 s$/
  expect((await runCommand(Stats, ...args)).stdout.split('\n')[0]).toMatch(age)
  const [head, , believed] = (await runCommand(Stats, ...args, '--beliefs')).stdout.split('\n')
  expect(head).toMatch(age)
  expect(believed).toContain('109.1% of list')
  const report = JSON.parse((await runCommand(Stats, ...args, '--beliefs', '--json')).stdout)
  expect(report).toMatchObject({ saved_at: new Date(savedAt).toISOString(), save_every_s: 10 })
  expect(report.rows[0].beliefs.effective_price).toEqual({ ratio: expect.closeTo(12 / 11, 3), n: expect.closeTo(1, 3) })
})

test('nothing in the window, but something before it', async () => {
  const { stdout } = await runCommand(Stats, '-c', await measured(), '--window', '30s')
  expect(stdout).toMatch(/^Nothing in the last 30 s; the last outcome is .* old\. Try a longer --window\.$/)
})

test('an unknown model is named with the nearest one', async () => {
  const { exit, stderr } = await runCommand(Stats, '-c', await measured(), '--model', 'smal')
  expect(exit).toBe(1)
  expect(stderr).toContain('The model "smal" is not configured. Did you mean "small"?')
})

test('what the catalogue knows of a provider is configured, too', async () => {
  const directory = await folder({ 'config.yaml': 'providers: { openai: { api_key: sk-test-only } }\n' })
  await writeInbox(join(directory, '.router'), [outcome('openai/gpt-4o')])
  const { stdout } = await runCommand(Stats, '-c', join(directory, 'config.yaml'))
  expect(stdout).toMatch(/^openai\/gpt-4o +1 +100%/m)
})

import { join } from 'node:path'
import { expect, test } from 'vitest'
import Stats from '../../../src/commands/stats.ts'
import { writeInbox } from '../../../src/outcomes/inbox.ts'
import type { Outcome } from '../../../src/outcomes/types.ts'
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
  expect(stdout).toMatch(/^Nothing has been recorded yet\. Start the router with "router serve"/)
  expect(JSON.parse((await runCommand(Stats, '-c', file, '--json')).stdout)).toEqual({ window_s: 86_400, rows: [] })
})

test('a line an endpoint, configured ones first, and failures by kind', async () => {
  const { stdout } = await runCommand(Stats, '-c', await measured())
  const lines = stdout.split('\n')
  expect(lines[0]).toBe('Last day')
  expect(lines[1]).toMatch(/^endpoint +requests +success +TTFT p50 +p95 +tokens\/s +total p50 +p95 +tokens in +out +cost$/)
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

test('nothing in the window, but something before it', async () => {
  const { stdout } = await runCommand(Stats, '-c', await measured(), '--window', '30s')
  expect(stdout).toMatch(/^Nothing in the last 30 s; the last outcome is .* old\. Try a longer --window\.$/)
})

test('an unknown model is named with the nearest one', async () => {
  const { exit, stderr } = await runCommand(Stats, '-c', await measured(), '--model', 'smal')
  expect(exit).toBe(1)
  expect(stderr).toContain('The model "smal" is not configured. Did you mean small?')
})

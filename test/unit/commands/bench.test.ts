import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import Bench from '../../../src/commands/bench.ts'
import Stats from '../../../src/commands/stats.ts'
import { folder, runCommand, SANDBOX } from './run-command.ts'

/** Nothing listens there, and a made-up price makes it look costly. */
const DEAD = `
providers:
  dead: { plugin: openai-compatible, base_url: "http://127.0.0.1:9/v1", price: { prompt: 1000, completion: 1000 } }
models:
  small: { endpoints: [dead/x] }
`

test('measures, and what came out counts as the router’s own', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  const short = ['-n', '1', '--max-output-tokens', '4', '-c', file]
  const { exit, stdout, stderr } = await runCommand(Bench, '--endpoint', 'sandbox/fast', ...short)
  expect(exit).toBe(0)
  expect(stderr).toContain('1 request to 1 endpoint. This costs nothing.')
  expect(stdout).toMatch(/^endpoint .*\nsandbox\/fast \(simulated\) +1 +100% /)
  expect(stdout).toContain('Time to first token\n')
  const { rows } = JSON.parse((await runCommand(Stats, '-c', file, '--json')).stdout)
  expect(rows).toEqual([expect.objectContaining({ endpoint: 'sandbox/fast', requests: 1, outcomes: { ok: 1 } })])
})

test('what cannot be counted is shown all the same', async () => {
  const directory = await folder({ 'config.yaml': SANDBOX })
  await mkdir(join(directory, '.router'), { mode: 0o700 })
  await symlink(join(directory, 'nowhere', 'inbox'), join(directory, '.router', 'inbox'))
  const { exit, stdout, stderr } = await runCommand(
    Bench,
    '-e',
    'sandbox/fast',
    '-n',
    '1',
    '-c',
    join(directory, 'config.yaml'),
  )
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^endpoint .*\nsandbox\/fast/)
  expect(stderr).toContain("not counted as the router's own")
})

test('JSON and CSV', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  const short = ['-e', 'sandbox/fast', '-n', '2', '--max-output-tokens', '4', '-c', file]
  const report = JSON.parse((await runCommand(Bench, ...short, '--json')).stdout)
  expect(report).toMatchObject({ requests: 2, concurrency: 2, max_output_tokens: 4, interrupted: false })
  expect(report.endpoints).toEqual([
    expect.objectContaining({ endpoint: 'sandbox/fast', ok: 2, ttft_ms: expect.objectContaining({ n: 2 }) }),
  ])
  expect(report.samples).toHaveLength(2)
  const csv = (await runCommand(Bench, ...short, '--csv')).stdout.split('\r\n')
  expect(csv[0]).toMatch(/^endpoint,round,ended_at,kind/)
  expect(csv.slice(1).every((line) => line.startsWith('sandbox/fast,'))).toBe(true)
  expect(csv).toHaveLength(3)
})

test('what may cost more than a dollar waits for --yes', async () => {
  const file = join(await folder({ 'config.yaml': DEAD }), 'config.yaml')
  const { exit, stderr, stdout } = await runCommand(Bench, '-c', file)
  expect(exit).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/This costs real money: at most about \$\d+/)
  expect(stderr).toMatch(/ROUTER_USAGE: This may cost up to \$.* Add --yes/)
})

test('nothing answered: the table, the reason, and exit code 6', async () => {
  const file = join(await folder({ 'config.yaml': DEAD }), 'config.yaml')
  const { exit, stderr, stdout } = await runCommand(Bench, '-c', file, '--yes', '-n', '1')
  expect(exit).toBe(6)
  expect(stdout).toMatch(/^ {2}dead\/x {2}1 network: .*ECONNREFUSED/m)
  expect(stderr).toContain('ROUTER_BENCH_FAILED: No endpoint answered:')
})

test('names that do not exist', async () => {
  const file = join(await folder({ 'config.yaml': SANDBOX }), 'config.yaml')
  expect(await runCommand(Bench, 'smal', '-c', file)).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('Did you mean "small"?'),
  })
  expect(await runCommand(Bench, '-e', 'sandbox/fats', '-c', file)).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('Did you mean "sandbox/fast"'),
  })
  expect(await runCommand(Bench, '--timeout', 'soon', '-c', file)).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('duration'),
  })
  expect((await runCommand(Bench, '--max-output-tokens', '1', '-c', file)).exit).toBe(2)
  expect(await runCommand(Bench, '--reqests', '1', '-c', file)).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('--reqests'),
  })
})

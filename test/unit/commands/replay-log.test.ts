import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import Replay from '../../../src/commands/replay.ts'
import { recordToLine } from '../../../src/outcomes/log/record-line.ts'
import { explorer, simulate } from '../replay/log/simulated-log.ts'
import { folder, runCommand } from './run-command.ts'

async function logged(rows: number): Promise<string> {
  const directory = await folder({})
  // As an older router wrote them, which did not log what `usage` ranks by.
  const lines = simulate(explorer(0.5), rows, 1).map((record) => recordToLine(record).replaceAll(/"speed_n":\d+,/g, ''))
  await writeFile(join(directory, 'outcomes-20260105T000000000Z-1.ndjson'), `${lines.join('\n')}\n`)
  return directory
}

test('a table, a plot, and what cannot be said', async () => {
  const { exit, stdout } = await runCommand(Replay, '--log', await logged(800), '--strategies', 'latency,price,usage')
  expect(exit).toBe(0)
  expect(stdout).toMatch(
    /^Decision log, time to the whole answer\n800 decisions of 800 requests, 2026-01-05T00:00 to 2026-01-05T03:59 UTC/,
  )
  expect(stdout).toMatch(
    /^strategy +mean loss \(doubly robust\) +95 % +against the log +SNIPS +IPS +direct +ESS +success +TTFT +cost$/m,
  )
  expect(stdout).toMatch(/^as logged +\d\.\d\d +\d\.\d\d to \d\.\d\d/m)
  expect(stdout).toMatch(/^price +\d\.\d\d +\d\.\d\d to \d\.\d\d +-\d\.\d\d \(-\d\.\d\d to -\d\.\d\d\)/m)
  expect(stdout).toMatch(/^ {2}latency +█+├█*─*┤/m)
  expect(stdout).toMatch(
    'usage cannot be evaluated: it ranks by what the log does not hold (candidate.used; in 800 decisions).',
  )
  expect(stdout).toMatch('One decision at a time')
})

test('as JSON', async () => {
  const directory = await logged(400)
  const { stdout } = await runCommand(
    Replay,
    '--log',
    directory,
    '-s',
    'latency,priority',
    '--objective',
    'ttft',
    '--value-of-time',
    '2',
    '--json',
  )
  const json = JSON.parse(stdout)
  expect(json).toMatchObject({
    log: { directory, requests: 400, rows: 400, left_out: {} },
    objective: 'ttft',
    value_of_time: 2,
    seeds: 20,
    strategies: [
      { name: 'latency', evaluated: true, rows: 400 },
      { name: 'priority', evaluated: true },
    ],
  })
  expect(json.strategies[0].loss_s.dr).toEqual({
    value: expect.any(Number),
    ci95: [expect.any(Number), expect.any(Number)],
  })
})

test('as a page that needs nothing else', async () => {
  const directory = await logged(400)
  const file = join(directory, 'report.html')
  await runCommand(Replay, '--log', directory, '-s', 'latency,usage', '--report', file)
  const page = await readFile(file, 'utf8')
  expect(page).toMatch('<title>Decision log, time to the whole answer</title>')
  expect(page).toMatch('<th>latency</th>')
  expect(page).toMatch('<strong>usage cannot be evaluated: ')
  expect(page).not.toMatch(/<script|https?:|NaN|undefined/)
})

test('nothing on record, and flags that make no sense', async () => {
  const empty = await folder({})
  const { exit, stdout } = await runCommand(Replay, '--log', empty, '-s', 'latency')
  expect(exit).toBe(0)
  expect(stdout).toMatch(`There is no request on record in ${empty}.`)
  const refused = async (...argv: string[]) => {
    const { exit, stderr } = await runCommand(Replay, ...argv)
    expect(exit).toBe(2)
    return stderr
  }
  await mkdir(join(empty, 'x'))
  expect(await refused('--log', join(empty, 'none'))).toMatch('is not a folder')
  expect(await refused('--log', empty, '--since', 'yesterday')).toMatch(
    '--since yesterday is not a duration such as 7d or 12h.',
  )
  expect(await refused('--log', empty, '--value-of-time', '0')).toMatch(
    '--value-of-time 0 is not an amount of USD above 0.',
  )
  expect(await refused('--log', empty, '--world', empty)).toMatch('world')
})

test('strategies have the options of the configuration that names them, also a model’s own', async () => {
  const directory = await logged(400)
  const exploring = (exploration: number) => ({ plugin: 'latency', options: { exploration } })
  const config = {
    providers: { a: { plugin: 'sandbox' } },
    models: { small: { endpoints: ['a/fast'], strategy: exploring(0.6) }, other: { endpoints: ['a/fast'] } },
    routing: { strategy: { plugin: 'adaptive', options: { value_of_time: 3.6 } } },
  }
  const file = join(await folder({ 'config.yaml': stringify(config) }), 'config.yaml')
  const run = async (...argv: string[]) =>
    JSON.parse((await runCommand(Replay, '--log', directory, '-s', 'latency,adaptive,price', '--json', ...argv)).stdout)
  const [plain, own] = [await run(), await run('-c', file)]
  expect(plain.value_of_time).toBe(0.72)
  expect(own.value_of_time).toBe(3.6)
  expect((await run('-c', file, '--value-of-time', '1')).value_of_time).toBe(1)
  const from = (report: typeof plain) => report.strategies.map((each: { options_from: string[] }) => each.options_from)
  expect(from(plain)).toEqual([[], [], []])
  expect(from(own)).toEqual([['models.small.strategy'], ['routing.strategy'], []])
  // The log was made by `latency` with half of its requests spread evenly; with 0.6 it decides nearly so, greedy it
  // does not.
  expect(own.strategies[0].changed_share).toBeLessThan(0.1)
  expect(plain.strategies[0].changed_share).toBeGreaterThan(0.25)
  const { stdout } = await runCommand(Replay, '--log', directory, '-s', 'latency,price', '-c', file)
  expect(stdout).toMatch('Options of latency: those of models.small.strategy.')
})

test('a configuration that cannot be used: an error when it was asked for', async () => {
  const file = join(await folder({ 'config.yaml': 'models: 7' }), 'config.yaml')
  const { exit, stderr } = await runCommand(Replay, '--log', await logged(100), '-s', 'latency', '-c', file)
  expect(exit).not.toBe(0)
  expect(stderr).toMatch('ROUTER_CONFIG_INVALID')
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import Replay from '../../../src/commands/replay.ts'
import { TWO_BY_THREE } from '../replay/panel/panels.ts'
import { at, bad, ok, TINY } from '../replay/world/tiny-world.ts'
import { folder, runCommand } from './run-command.ts'

const lines = (...values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

const world = () =>
  folder({
    'world.json': JSON.stringify(TINY),
    'site-one.ndjson': lines(
      at(1, bad('provider_error', 0.5), ok(0.1, 1), { id: 'first' }),
      at(2, ok(0.5, 2), ok(0.1, 1), { id: 7 }),
    ),
  })

test('a panel as JSON', async () => {
  const directory = await folder({ 'panel.csv': TWO_BY_THREE })
  const { exit, stdout } = await runCommand(
    Replay,
    '--panel',
    join(directory, 'panel.csv'),
    '--strategies',
    'priority,adaptive',
    '--seeds',
    '3',
    '--json',
  )
  expect(exit).toBe(0)
  const json = JSON.parse(stdout)
  expect(json).toMatchObject({ objective: 'ttft', seeds: 3, cells: 1, rounds: 3 })
  expect(json.strategies.map(({ name }: { name: string }) => name)).toEqual(['priority', 'adaptive'])
  expect(json.strategies[0].mean_regret).toBeCloseTo(2 / 3, 12)
  expect(Object.keys(json.strategies[0])).toEqual(
    expect.arrayContaining(['mean_regret', 'ci95', 'first5_regret', 'p95_loss', 'capped_regret']),
  )
})

test('a panel as text, with a page', async () => {
  const directory = await folder({ 'panel.csv': TWO_BY_THREE })
  const page = join(directory, 'report.html')
  const { exit, stdout } = await runCommand(
    Replay,
    '--panel',
    join(directory, 'panel.csv'),
    '--seeds',
    '2',
    '--strategies',
    'priority',
    '--report',
    page,
  )
  expect(exit).toBe(0)
  expect(stdout).toContain('3 rounds in 1 cells (model, site), 2 seeds, no prior')
  expect(stdout).toMatch(/priority\s+0\.667/)
  expect(await readFile(page, 'utf8')).toContain('<th>priority</th><td>0.667</td>')
})

test('a world, with every choice written down', async () => {
  const directory = await world()
  const choices = join(directory, 'choices.ndjson')
  const { exit, stdout } = await runCommand(
    Replay,
    '--world',
    directory,
    '--strategies',
    'priority',
    '--choices',
    choices,
    '--json',
  )
  expect(exit).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    seed: 1,
    hours: 1,
    map: false,
    strategies: [{ name: 'priority', requests: 2, mean_loss: 1.75, failed: 0 }],
  })
  const written = (await readFile(choices, 'utf8')).trim().split('\n')
  expect(written.map((line) => JSON.parse(line))).toEqual([
    { site: 'one', id: 'first', attempts: ['a/m', 'b/m'] },
    { site: 'one', id: 7, attempts: ['a/m'] },
  ])
})

test('a world with a map', async () => {
  const { exit, stdout } = await runCommand(Replay, '--world', await world(), '--map', '--strategies', 'adaptive')
  expect(exit).toBe(0)
  expect(stdout).toContain('World replay, with a shared map')
})

test.each([
  ['nothing to replay', [], 'Name what to replay'],
  ['no strategy', ['--panel', 'x.csv', '--strategies', ','], '--strategies is empty'],
  ['choices of several', ['--world', 'x', '--strategies', 'adaptive,price', '--choices', 'c'], 'name one strategy'],
  ['an unknown strategy', ['--panel', 'x.csv', '--strategies', 'adaptve'], 'Did you mean "adaptive"?'],
  ['a file that is not there', ['--panel', 'x.csv', '--strategies', 'price'], 'The data x.csv cannot be replayed'],
])('refuses %s', async (_, flags, text) => {
  const { exit, stderr } = await runCommand(Replay, ...flags)
  expect(exit).not.toBe(0)
  expect(stderr).toContain(text)
})

test('known answers as JSON, as text and as a page', async () => {
  const rows = Array.from({ length: 60 }, (_, at) => `b,s${at % 3},100,${Number(at % 3 > 0)},1`)
  const directory = await folder({
    'answers.csv': ['benchmark,subject,prompt_chars,small_correct,large_correct', ...rows].join('\n'),
  })
  const [file, page] = [join(directory, 'answers.csv'), join(directory, 'report.html')]
  const json = JSON.parse((await runCommand(Replay, '--correctness', file, '--seeds', '2', '--json')).stdout)
  expect(json).toMatchObject({
    prompts: 60,
    cheap: 'small',
    strong: 'large',
    seeds: 2,
    references: { cheap_accuracy: expect.closeTo(2 / 3) },
  })
  expect(json.settings).toHaveLength(6)
  expect(json.settings[0].curve).toHaveLength(16)
  const { exit, stdout } = await runCommand(Replay, '--correctness', file, '--seeds', '1', '--report', page)
  expect(exit).toBe(0)
  expect(stdout).toMatch(/^Which cheaper model is good enough\n60 prompts answered by small and by large/)
  expect(stdout).toMatch(/^task unknown, every answer judged +\S+/m)
  expect(stdout).toMatch(/^min_quality 0\.86 +\d\.\d+ +- +\d+(\.\d)?%$/m)
  const html = await readFile(page, 'utf8')
  expect(html).toMatch('<title>Which cheaper model is good enough</title>')
  expect(html).not.toMatch(/<script|https?:|NaN|undefined/)
})

test('known answers that are none, and flags that do not go with them', async () => {
  const directory = await folder({ 'answers.csv': 'benchmark,subject,prompt_chars,a\n' })
  const { exit, stderr } = await runCommand(Replay, '--correctness', join(directory, 'answers.csv'))
  expect(exit).toBe(2)
  expect(stderr).toMatch('two models, the cheaper one first')
  expect((await runCommand(Replay, '--correctness', 'x.csv', '--log', directory)).exit).toBe(2)
})

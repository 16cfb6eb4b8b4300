import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { biomeWalls, roomOf, rooms, WALLS } from '../../../scripts/walls.ts'
import { removeDirectory, temporaryDirectory } from '../../helpers/directory.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const BIOME = join(ROOT, 'node_modules/.bin/biome')

/** Lints a house that has nothing but these files, each with its imports, and gives those where the walls were hit. */
async function hits(files: readonly (readonly [file: string, imports: readonly string[]])[]): Promise<string[]> {
  const house = await temporaryDirectory()
  for (const name of ['biome.json', 'biome.walls.json']) copyFileSync(join(ROOT, name), join(house, name))
  files.forEach(([file, imports], at) => {
    const path = join(house, dirname(file), `probe-${at}.ts`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(
      path,
      imports.map((from, i) => `import { a${i} } from '${from}'\nexport const b${i} = a${i}\n`).join(''),
    )
  })
  const args = ['lint', '--colors=off', '--max-diagnostics=none', '--only=style/noRestrictedImports', '.']
  const { stdout, stderr } = spawnSync(BIOME, args, { cwd: house, encoding: 'utf8' })
  const hit = [...(stdout + stderr).matchAll(/probe-(\d+)\.ts:\d+:\d+ lint\/style\/noRestrictedImports/g)]
  await removeDirectory(house)
  return [...new Set(hit.map(([, at]) => nameOf(files[Number(at)]!)))].sort()
}

const nameOf = ([file, imports]: readonly [string, readonly string[]]) => `${file} <- ${imports.join(', ')}`

test('the linter has the walls of the table', () => {
  expect(readFileSync(`${ROOT}biome.walls.json`, 'utf8')).toBe(biomeWalls())
})

test('every room has a row', () => {
  for (const room of rooms()) {
    const rows = Object.keys(WALLS).filter((row) => row === room || row.startsWith(`${room}/`))
    expect(rows, room).not.toEqual([])
  }
  expect(roomOf('src/federation/protocol/types.ts')).toBe('src/federation/protocol')
})

/** One forbidden import of each kind: a neighbour, a part of one whose other part is allowed, upwards, a package. */
const FORBIDDEN: readonly (readonly [file: string, from: string])[] = [
  ['src/base/probe.ts', '../outcomes/types.ts'],
  ['src/routing/probe.ts', '../server/server.ts'],
  ['src/routing/probe.ts', '../terminal/text.ts'],
  ['src/routing/health/probe.ts', '../../replay/seed.ts'],
  ['src/routing/plan/probe.ts', '../../plugins/registry.ts'],
  ['src/routing/probe.ts', '../config/load.ts'],
  ['src/routing/probe.ts', 'fastify'],
  ['src/wire/probe.ts', '../routing/engine.ts'],
  ['src/outcomes/log/probe.ts', '../../routing/ports.ts'],
  ['src/server/probe.ts', '../outcomes/types.ts'],
  ['src/plugins/strategies/probe.ts', '../../routing/ports.ts'],
  ['src/plugins/probe.ts', '../server/server.ts'],
  ['src/hub/probe.ts', '../server/server.ts'],
  ['src/hub/incidents/probe.ts', '../../federation/member/agent.ts'],
  ['src/federation/member/map/probe.ts', '../../../hub/hub.ts'],
  ['src/federation/protocol/probe.ts', '../member/agent.ts'],
  ['src/app/probe.ts', '../commands/serve.ts'],
  ['src/cli/serve/probe.ts', '../../commands/serve.ts'],
  ['providers/openai/probe.ts', '../../src/base/errors.ts'],
]

test('the linter finds each forbidden import', async () => {
  const files = FORBIDDEN.map(([file, from]) => [file, [from]] as const)
  expect(await hits(files)).toEqual(files.map(nameOf).sort())
})

test('the linter lets through what the table allows', async () => {
  const files = [
    [
      'src/routing/health/probe.ts',
      ['../../base/errors.ts', '../../outcomes/types.ts', '../../plugins/api.ts', '../engine.ts'],
    ],
    ['src/hub/incidents/probe.ts', ['../server/server.ts', '../../federation/protocol/types.ts', 'kysely']],
    ['src/server/probe.ts', ['../routing/ports.ts', '../wire/codec.ts', 'fastify']],
    ['providers/openai/probe.ts', ['commonroute/plugin', '../shared/http.ts', './models.ts']],
  ] as const
  expect(await hits(files)).toEqual([])
})

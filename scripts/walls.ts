/**
 * The walls of the house: which room may import which. `node scripts/walls.ts` writes biome.walls.json from this table,
 * which `npm run lint` then enforces; `--check` only says whether the file fits. A room that is not in the table may
 * import nothing.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Room -> what it may import beside itself: a room, or one file or folder of it. The most specific row of a file
 * counts.
 */
export const WALLS: Readonly<Record<string, readonly string[]>> = {
  'src/base': [],
  'src/plugins/api.ts': ['src/base', 'src/plugins/contract'],
  'src/plugins/contract': ['src/base'],
  'src/plugins/strategies': ['src/base', 'src/plugins/api.ts'],
  'src/plugins/stores': ['src/base', 'src/plugins/api.ts'],
  'src/plugins/observers': ['src/base', 'src/plugins/api.ts'],
  'src/plugins': [
    'src/base',
    'src/config/types.ts',
    'src/config/expectation.ts',
    'src/config/schema/values.ts',
    'providers',
  ],
  'src/outcomes': ['src/base', 'src/plugins/api.ts'],
  'src/routing': ['src/base', 'src/outcomes', 'src/plugins/api.ts', 'src/config/types.ts'],
  'src/wire': ['src/base', 'src/plugins/api.ts', 'src/routing/ports.ts', 'src/routing/codec.ts'],
  'src/catalogue': ['src/base', 'src/plugins/api.ts'],
  'src/tokens': ['src/base', 'src/plugins/api.ts'],
  'src/access': ['src/base'],
  'src/responses': ['src/base', 'src/access', 'src/routing', 'src/plugins/api.ts'],
  'src/server': ['src/base', 'src/access', 'src/routing', 'src/wire', 'src/plugins/api.ts'],
  'src/reports': ['src/base', 'src/access', 'src/outcomes', 'src/routing', 'src/server', 'src/plugins/api.ts'],
  'src/config': [
    'src/base',
    'src/catalogue',
    'src/plugins/api.ts',
    'src/plugins/built-in.ts',
    'src/federation/protocol',
  ],
  'src/federation/protocol': ['src/base'],
  'src/federation/member': [
    'src/base',
    'src/federation/protocol',
    'src/outcomes',
    'src/wire/framing',
    'src/plugins/api.ts',
    'src/plugins/built-in.ts',
    'src/config/types.ts',
  ],
  'src/hub': ['src/base', 'src/federation/protocol'],
  'src/replay': ['src/base', 'src/outcomes', 'src/routing', 'src/plugins', 'src/config/types.ts'],
  'src/bench': ['src/base', 'src/outcomes', 'src/plugins/api.ts'],
  'src/prober': ['src/base', 'src/bench', 'src/federation/protocol', 'src/outcomes', 'src/plugins/api.ts'],
  'src/terminal': [
    'src/base',
    'src/bench',
    'src/config',
    'src/federation/protocol',
    'src/hub',
    'src/plugins/api.ts',
    'src/replay',
    'src/routing',
  ],
  'src/app': [
    'src/base',
    'src/access',
    'src/catalogue',
    'src/config',
    'src/federation',
    'src/outcomes',
    'src/plugins',
    'src/reports',
    'src/responses',
    'src/routing',
    'src/server',
    'src/tokens',
    'src/wire',
  ],
  'src/cli': [
    'src/base',
    'src/app',
    'src/bench',
    'src/catalogue',
    'src/config',
    'src/federation',
    'src/hub',
    'src/outcomes',
    'src/plugins',
    'src/prober',
    'src/replay',
    'src/routing',
    'src/terminal',
  ],
  'src/commands': [
    'src/base',
    'src/cli',
    'src/config',
    'src/federation/protocol',
    'src/hub',
    'src/outcomes',
    'src/terminal',
  ],
  providers: [],
}

/** Packages that only these rooms may import. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  fastify: ['src/server', 'src/hub', 'src/reports', 'src/app'],
  '@oclif/**': ['src/commands', 'src/cli'],
  undici: ['src/base', 'src/routing', 'src/federation/member', 'src/cli'],
  kysely: ['src/hub'],
  'gpt-tokenizer': ['src/tokens'],
  ws: ['src/server', 'src/routing'],
  'image-size': ['src/tokens'],
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FILE = join(ROOT, 'biome.walls.json')

/** Folders below `room` that no more specific row has, each with the depth of its files. */
function foldersOf(room: string): string[] {
  if (room.endsWith('.ts')) return [room]
  const below = readdirSync(join(ROOT, room), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${relative(ROOT, join(entry.parentPath, entry.name))}`)
  return [room, ...below].filter((folder) => roomOf(folder) === room).map((folder) => `${folder}/*`)
}

/** The most specific row for a path. */
export function roomOf(path: string): string | undefined {
  return Object.keys(WALLS)
    .filter((room) => path === room || path.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0]
}

/** The rooms of the house as the folders say: every one wants a row, or stands inside of one. */
export const rooms = (): string[] => [...readdirSync(join(ROOT, 'src')).map((name) => `src/${name}`), 'providers']

const pattern = (from: string, target: string) => `${relative(from, target)}${target.endsWith('.ts') ? '' : '/**'}`

function rule(room: string, folder: string) {
  const from = folder.endsWith('.ts') ? folder.slice(0, folder.lastIndexOf('/')) : folder.slice(0, -2)
  const inside = (path: string) => path === room || path.startsWith(`${room}/`)
  const allowed = WALLS[room]!
  // A row inside of this room, or around it, is another room: it must be allowed by name.
  const others = [...new Set([...rooms(), ...Object.keys(WALLS)])].filter(
    (other) => other !== room && !room.startsWith(`${other}/`),
  )
  const denied = others.filter((other) => !inside(other) || WALLS[other] === undefined)
  const around = Object.keys(WALLS).filter((other) => room.startsWith(`${other}/`))
  const up = room === 'providers' ? [`${'../'.repeat(folder.split('/').length - 1)}**`] : []
  const group = [
    ...around.map((other) => pattern(from, other)),
    ...denied.map((other) => pattern(from, other)),
    ...(around.length > 0 ? [`!${pattern(from, room)}`] : []),
    ...allowed.map((other) => `!${pattern(from, other)}`),
    ...up,
    ...Object.entries(PACKAGES)
      .filter(([, homes]) => !homes.some((home) => room === home || room.startsWith(`${home}/`)))
      .flatMap(([name]) => [name, ...(name.endsWith('**') ? [] : [`${name}/**`])]),
  ]
  const message = `${room} may import ${['itself', ...allowed].join(', ')}: see scripts/walls.ts.`
  const options = { patterns: [{ group, message }] }
  return { includes: [folder], linter: { rules: { style: { noRestrictedImports: { level: 'error', options } } } } }
}

/** The text of biome.walls.json. */
export function biomeWalls(): string {
  const overrides = Object.keys(WALLS).flatMap((room) => foldersOf(room).map((folder) => rule(room, folder)))
  return `${JSON.stringify({ overrides }, undefined, 1)}\n`
}

if (import.meta.main) {
  const missing = rooms().filter(
    (room) => !roomOf(`${room}/x`) && !Object.keys(WALLS).some((row) => row.startsWith(`${room}/`)),
  )
  if (missing.length > 0) fail(`No row for ${missing.join(', ')} in scripts/walls.ts.`)
  if (!process.argv.includes('--check')) writeFileSync(FILE, biomeWalls())
  else if (readFileSync(FILE, 'utf8') !== biomeWalls())
    fail('biome.walls.json does not fit the table: run node scripts/walls.ts.')
}

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

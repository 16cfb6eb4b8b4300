// Builds dist/ afresh. With --if-needed only when a source is newer than the last complete build.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const stamp = join(root, 'dist', '.complete')
const sources = [
  'src',
  'providers',
  'web',
  'docs/privacy.md',
  'scripts',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
]

/**
 * Time of the last change of a file, or of anything in a folder (a folder's own time changes when a file is taken
 * away).
 */
function changedMs(path) {
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => changedMs(join(path, name))))
}

function isFresh() {
  const built = statSync(stamp, { throwIfNoEntry: false })
  return built !== undefined && sources.every((name) => changedMs(join(root, name)) <= built.mtimeMs)
}

if (process.argv.includes('--if-needed') && isFresh()) process.exit(0)

process.stderr.write('Building ...\n')
rmSync(join(root, 'dist'), { recursive: true, force: true })
const run = async (...args) => {
  const [status] = await once(spawn(process.execPath, args, { cwd: root, stdio: 'inherit' }), 'exit')
  return status === 0
}
const tsc = join(createRequire(import.meta.url).resolve('typescript/package.json'), '..', 'bin', 'tsc')
const [typed, bundled] = await Promise.all([
  run(tsc, '-p', 'tsconfig.build.json'),
  // The validators are compiled from the schemas in the sources.
  run('-C', 'source', join(root, 'scripts', 'build-bundle.ts')),
  // Loaded only now: what is fresh is not kept waiting for Vite.
  import('./build-web.ts').then(({ buildWeb }) => buildWeb()),
])
if (typed && bundled) writeFileSync(stamp, '')
else process.exit(1)

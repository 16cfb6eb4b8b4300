/**
 * Runs run.ts beside other gateways, which it installs first, where they are not yet: the npm package
 * @portkey-ai/gateway and the PyPI package litellm[proxy], in a virtual environment (needs python3 with venv). They go
 * into `PEERS`, a folder outside of the tree, and run no install scripts. One that does not install is left out. Build
 * first.
 *
 * Run: [PEERS=/tmp/commonroute-peers] npm run bench:overhead:peers [-- --quick, or what else run.ts takes]
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PORTKEY = '@portkey-ai/gateway@1.15.2'
const LITELLM = 'litellm[proxy]==1.108.7'

const folder = process.env.PEERS ?? join(tmpdir(), 'commonroute-peers')
const portkey = join(folder, 'portkey/node_modules/@portkey-ai/gateway/build/start-server.js')
const python = join(folder, 'litellm/bin/python')
const litellm = join(folder, 'litellm/bin/litellm')

mkdirSync(folder, { recursive: true })
if (!existsSync(portkey)) {
  const quiet = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund']
  run('npm', ['install', '--prefix', join(folder, 'portkey'), ...quiet, PORTKEY])
}
if (!existsSync(litellm)) {
  run('python3', ['-m', 'venv', join(folder, 'litellm')])
  run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary', ':all:', LITELLM])
}
const peers = {
  ...(existsSync(portkey) && { PORTKEY_GATEWAY: portkey }),
  ...(existsSync(litellm) && { LITELLM: litellm }),
}
const benchmark = fileURLToPath(new URL('run.ts', import.meta.url))
process.exitCode = run(process.execPath, ['-C', 'source', benchmark, ...process.argv.slice(2)], peers)

function run(program: string, args: readonly string[], env: Record<string, string> = {}): number {
  return spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } }).status ?? 1
}

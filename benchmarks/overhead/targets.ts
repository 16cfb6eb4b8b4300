/** Starts what is compared: upstream, bare proxy, nginx, router; each a process of its own, the proxies on one core. */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPeers } from './peers.ts'
import type { Target } from './target.ts'

export interface Targets {
  readonly list: readonly Target[]
  /** Milliseconds from starting each router's process to its first answer on /health. */
  readonly readyMs: ReadonlyMap<string, number>
  /** Whether the proxies have a core of their own. */
  readonly pinned: boolean
  stop(): Promise<void>
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
export const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** What a router differs in from the others. */
export interface RouterVariant {
  readonly strategy: string
  readonly workers?: number
}

export interface TargetOptions {
  /** False: nobody has a core of their own, for what runs on several. */
  readonly pin?: boolean
  /** With an inspector each, and the router from its sources. */
  readonly inspected?: boolean
}

export async function startTargets(
  routers: Readonly<Record<string, RouterVariant>> = { router: { strategy: 'adaptive' } },
  { pin = true, inspected = false }: TargetOptions = {},
): Promise<Targets> {
  // Who makes the load stays away from the core of the proxies, too.
  if (canPin && pin) spawnSync('taskset', ['-cp', '1', String(process.pid)])
  const folder = mkdtempSync(join(tmpdir(), 'commonroute-bench-'))
  const children: ChildProcess[] = []
  const spawned = (
    command: readonly string[],
    env: Record<string, string>,
    core: number,
    cwd: string,
    own: StdioOptions,
  ) => {
    const [program, ...args] = canPin && pin ? ['taskset', '-c', String(core), ...command] : command
    const child = spawn(program!, args, { env: { ...process.env, ...env }, stdio: own, cwd })
    children.push(child)
    return child
  }
  const start = (command: readonly string[], env: Record<string, string>, core: number, cwd = folder) =>
    spawned(command, env, core, cwd, ['ignore', 'pipe', 'inherit'])
  // They write a line for each request: a pipe that nobody reads would stop them once it is full.
  const startPeer: typeof start = (command, env, core) => spawned(command, env, core, folder, 'ignore')
  const stop = async () => {
    const ended = children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined))
    // Not SIGKILL: nginx ends its worker itself.
    for (const child of children) child.kill('SIGINT')
    await Promise.all(ended)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const upstream = await freePort()
    await printed(start([process.execPath, here('upstream.ts')], { PORT: String(upstream) }, 1))
    const bare = await freePort()
    const readyMs = new Map<string, number>()
    const inspector = async () => (inspected ? await freePort() : undefined)
    const bareInspector = await inspector()
    const bareProxy = start(
      [process.execPath, ...inspect(bareInspector), here('bare-proxy.ts')],
      { PORT: String(bare), UPSTREAM: `http://127.0.0.1:${upstream}` },
      0,
    )
    await printed(bareProxy)
    const list: Target[] = [
      { name: 'direct', port: upstream },
      { name: 'bare proxy', port: bare, pid: bareProxy.pid!, inspector: bareInspector },
    ]
    const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)
    if (nginx) {
      const port = await freePort()
      writeFileSync(join(folder, 'nginx.conf'), nginxConfig(port, upstream, folder))
      start([nginx, '-c', join(folder, 'nginx.conf'), '-p', folder], {}, 0)
      await answers(port)
      list.push({ name: 'nginx', port })
    }
    list.push(...(await startPeers({ upstream, folder, start: startPeer, freePort, answers })))
    for (const [name, variant] of Object.entries(routers)) {
      const port = await freePort()
      // A folder each: they keep their state beside it.
      const own = mkdtempSync(join(folder, 'router-'))
      const file = join(own, 'config.yaml')
      writeFileSync(file, routerConfig(port, upstream, variant))
      const began = performance.now()
      const at = await inspector()
      // Under the inspector from its sources, so that each frame names its file.
      const program = inspected ? ['-C', 'source', here('../../bin/dev.js')] : [here('../../bin/run.js')]
      const router = start([process.execPath, ...inspect(at), ...program, 'serve', '-c', file], {}, 0, own)
      await answers(port)
      readyMs.set(name, performance.now() - began)
      list.push({ name, port, pid: router.pid!, inspector: at })
    }
    return { list, readyMs, pinned: canPin && pin, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const inspect = (port: number | undefined) => (port === undefined ? [] : [`--inspect=127.0.0.1:${port}`])

/** Resident memory in MB; undefined where /proc is not there. */
export function residentMb(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return undefined
  }
}

/** The most memory that a process has had resident since `resetPeak`, in MB; undefined where /proc is not there. */
export function peakMb(pid: number): number | undefined {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return undefined
  }
}

/** Begins a new measurement for `peakMb`, where the system lets us. */
export function resetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5')
  } catch {
    // The peak is then that of the whole run.
  }
}

/** Milliseconds of processor time that a process has used, to 10 ms; NaN where /proc is not there. */
export function cpuMs(pid: number): number {
  try {
    const [, user, system] = /^\d+ \(.*\) (?:\S+ ){11}(\d+) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))!
    return 10 * (Number(user) + Number(system))
  } catch {
    return Number.NaN
  }
}

/** Milliseconds of processor time of a process and of all that it has started, as long as these run. */
export function cpuMsOfTree(pid: number): number {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
  return children.reduce((sum, child) => sum + cpuMsOfTree(Number(child)), cpuMs(pid))
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

const nginxConfig = (port: number, upstream: number, folder: string) => `
daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log /dev/null;
events { worker_connections 4096; }
http {
  access_log off; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
  keepalive_requests 1000000;
  upstream up { server 127.0.0.1:${upstream}; keepalive 256; keepalive_requests 1000000; }
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } }
}
`

/** All features on: a key, two endpoints of one model, strategy, stats, decision log. */
export const routerConfig = (port: number, upstream: number, { strategy, workers = 1 }: RouterVariant) => `
server: { port: ${port}${workers === 1 ? '' : `, workers: ${workers}`} }
auth: { keys: [bench-key-0123456789] }
log: { level: warn }
routing: { strategy: ${strategy} }
providers:
  one: { plugin: openai-compatible, base_url: "http://127.0.0.1:${upstream}/v1", api_key: a, price: { prompt: 1, completion: 2 } }
  two: { plugin: openai-compatible, base_url: "http://127.0.0.1:${upstream}/v1", api_key: b, price: { prompt: 1, completion: 2 } }
  three: { plugin: openai-compatible, base_url: "http://127.0.0.1:${upstream}/v1", api_key: c, chat_wires: [ openai-responses ] }
  four: { plugin: openai-compatible, base_url: "http://127.0.0.1:${upstream}/v1", api_key: d, chat_wires: [ openai-responses ] }
models:
  bench: { endpoints: [ one/bench, two/bench ] }
  bench-responses: { endpoints: [ three/bench, four/bench ] }
`

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

const printed = (child: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    child.stdout?.once('data', () => resolve())
    child.once('exit', (code) => reject(new Error(`a benchmark process ended with ${code}`)))
  })

async function answers(port: number, path = '/health', withinMs = 60_000): Promise<void> {
  const until = performance.now() + withinMs
  while (performance.now() < until) {
    const ok = await fetch(`http://127.0.0.1:${port}${path}`).then(
      () => true,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`nothing answers on port ${port}`)
}

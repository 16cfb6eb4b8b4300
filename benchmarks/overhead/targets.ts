/** Starts what is compared: upstream, bare proxy, nginx, router; each a process of its own, the proxies on one core. */
import { type ChildProcess, type StdioOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startPeers } from './peers.ts'
import type { Cores, Target } from './target.ts'

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
  /** Default: one core for the proxies, and one for the load. False: nobody has a core of their own. */
  readonly pin?: Cores | false
  /** How many bare proxies, each a process with a port of its own. Default 1. */
  readonly bareProxies?: number
  /** With an inspector each, and the router from its sources. */
  readonly inspected?: boolean
}

export async function startTargets(
  routers: Readonly<Record<string, RouterVariant>> = { router: { strategy: 'adaptive' } },
  { pin = { proxies: '0', load: '1' }, bareProxies = 1, inspected = false }: TargetOptions = {},
): Promise<Targets> {
  // Who makes the load stays away from the core of the proxies, too.
  const cores = canPin && pin
  if (cores) spawnSync('taskset', ['-acp', cores.load, String(process.pid)])
  const folder = mkdtempSync(join(tmpdir(), 'commonroute-bench-'))
  const children: ChildProcess[] = []
  const spawned = (
    command: readonly string[],
    env: Record<string, string>,
    role: keyof Cores,
    cwd: string,
    own: StdioOptions,
  ) => {
    const [program, ...args] = cores ? ['taskset', '-c', cores[role], ...command] : command
    const child = spawn(program!, args, { env: { ...process.env, ...env }, stdio: own, cwd })
    children.push(child)
    return child
  }
  const start = (command: readonly string[], env: Record<string, string>, role: keyof Cores, cwd = folder) =>
    spawned(command, env, role, cwd, ['ignore', 'pipe', 'inherit'])
  // They write a line for each request: a pipe that nobody reads would stop them once it is full.
  const startPeer: typeof start = (command, env, role) => spawned(command, env, role, folder, 'ignore')
  const stop = async () => {
    const ended = children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined))
    // Not SIGKILL: nginx ends its worker itself.
    for (const child of children) child.kill('SIGINT')
    await Promise.all(ended)
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const upstream = await freePort()
    await printed(start([process.execPath, here('upstream.ts')], { PORT: String(upstream) }, 'load'))
    const readyMs = new Map<string, number>()
    const inspector = async () => (inspected ? await freePort() : undefined)
    const list: Target[] = [{ name: 'direct', port: upstream }]
    for (let n = 1; n <= bareProxies; n++) {
      const port = await freePort()
      const at = await inspector()
      const proxy = start(
        [process.execPath, ...inspect(at), here('bare-proxy.ts')],
        { PORT: String(port), UPSTREAM: `http://127.0.0.1:${upstream}` },
        'proxies',
      )
      await printed(proxy)
      list.push({ name: n === 1 ? 'bare proxy' : `bare proxy ${n}`, port, pid: proxy.pid!, inspector: at })
    }
    const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)
    if (nginx) {
      const port = await freePort()
      writeFileSync(join(folder, 'nginx.conf'), nginxConfig(port, upstream, folder))
      start([nginx, '-c', join(folder, 'nginx.conf'), '-p', folder], {}, 'proxies')
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
      const router = start([process.execPath, ...inspect(at), ...program, 'serve', '-c', file], {}, 'proxies', own)
      await answers(port)
      readyMs.set(name, performance.now() - began)
      list.push({ name, port, pid: router.pid!, inspector: at })
    }
    return { list, readyMs, pinned: cores !== false, stop }
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

/** How often the main threads of a process and of all that it has started were woken, or others took their place. */
export function switchesOfTree(pid: number): number {
  let sum = 0
  for (const [, count] of statusOf(pid).matchAll(/ctxt_switches:\s+(\d+)/g)) sum += Number(count)
  return childrenOf(pid).reduce((all, child) => all + switchesOfTree(child), sum)
}

/** Milliseconds of processor time of a process and of all that it has started, as long as these run. */
export function cpuMsOfTree(pid: number): number {
  return childrenOf(pid).reduce((sum, child) => sum + cpuMsOfTree(child), cpuMs(pid))
}

const childrenOf = (pid: number) =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(/^PPid:\s+(\d+)/m.exec(statusOf(name))?.[1]) === pid)
    .map(Number)

/** Empty where /proc is not there, or the process is gone. */
function statusOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8')
  } catch {
    return ''
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

/** Starts what is compared: upstream, bare proxy, nginx, router; each a process of its own, the proxies on one core. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Target {
  readonly name: string
  readonly port: number
  readonly pid?: number
}

export interface Targets {
  readonly list: readonly Target[]
  /** Milliseconds from starting the (last) router's process to its first answer on /health. */
  readonly readyMs: number
  /** Whether the proxies have a core of their own. */
  readonly pinned: boolean
  stop(): void
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const canPin = spawnSync('taskset', ['-c', '0', 'true']).status === 0

/** `routers`: their names, and the strategy of each. */
export async function startTargets(routers: Readonly<Record<string, string>> = { router: 'adaptive' }): Promise<Targets> {
  const folder = mkdtempSync(join(tmpdir(), 'commonroute-bench-'))
  const children: ChildProcess[] = []
  const start = (command: readonly string[], env: Record<string, string>, core: number, cwd = folder) => {
    const [program, ...args] = canPin ? ['taskset', '-c', String(core), ...command] : command
    const child = spawn(program!, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'], cwd })
    children.push(child)
    return child
  }
  const stop = () => {
    // Not SIGKILL: nginx ends its worker itself.
    for (const child of children) child.kill('SIGTERM')
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    const upstream = await freePort()
    await printed(start([process.execPath, here('upstream.ts')], { PORT: String(upstream) }, 1))
    const bare = await freePort()
    const bareProxy = start([process.execPath, here('bare-proxy.ts')], { PORT: String(bare), UPSTREAM: `http://127.0.0.1:${upstream}` }, 0)
    await printed(bareProxy)
    const list: Target[] = [
      { name: 'direct', port: upstream },
      { name: 'bare proxy', port: bare, pid: bareProxy.pid! },
    ]
    const nginx = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync)
    if (nginx) {
      const port = await freePort()
      writeFileSync(join(folder, 'nginx.conf'), nginxConfig(port, upstream, folder))
      start([nginx, '-c', join(folder, 'nginx.conf'), '-p', folder], {}, 0)
      await answers(port)
      list.push({ name: 'nginx', port })
    }
    let readyMs = 0
    for (const [name, strategy] of Object.entries(routers)) {
      const port = await freePort()
      // A folder each: they keep their state beside it.
      const own = mkdtempSync(join(folder, 'router-'))
      const file = join(own, 'config.yaml')
      writeFileSync(file, routerConfig(port, upstream, strategy))
      const began = performance.now()
      const router = start([process.execPath, here('../../bin/run.js'), 'serve', '-c', file], {}, 0, own)
      await answers(port)
      readyMs = performance.now() - began
      list.push({ name, port, pid: router.pid! })
    }
    return { list, readyMs, pinned: canPin, stop }
  } catch (error) {
    stop()
    throw error
  }
}

/** Resident memory in MB; undefined where /proc is not there. */
export function residentMb(pid: number): number | undefined {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
  } catch {
    return undefined
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
const routerConfig = (port: number, upstream: number, strategy: string) => `
server: { port: ${port} }
auth: { keys: [bench-key-0123456789] }
log: { level: warn }
routing: { strategy: ${strategy} }
providers:
  one: { plugin: openai-compatible, base_url: "http://127.0.0.1:${upstream}/v1", api_key: a, price: { prompt: 1, completion: 2 } }
  two: { plugin: openai-compatible, base_url: "http://127.0.0.1:${upstream}/v1", api_key: b, price: { prompt: 1, completion: 2 } }
models:
  bench: { endpoints: [ one/bench, two/bench ] }
`

async function freePort(): Promise<number> {
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

async function answers(port: number): Promise<void> {
  const until = performance.now() + 15_000
  while (performance.now() < until) {
    const ok = await fetch(`http://127.0.0.1:${port}/health`).then(
      () => true,
      () => false,
    )
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  throw new Error(`nothing answers on port ${port}`)
}

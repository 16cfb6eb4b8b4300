/**
 * Other gateways, where they are installed: `PORTKEY_GATEWAY` names the start-server.js of the npm package
 * @portkey-ai/gateway, `LITELLM` the command `litellm` of the PyPI package litellm[proxy]. with-peers.ts installs them.
 */
import { type ChildProcess, spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Target } from './target.ts'

interface Ground {
  readonly upstream: number
  readonly folder: string
  readonly start: (command: readonly string[], env: Record<string, string>, core: number) => ChildProcess
  readonly freePort: () => Promise<number>
  /** Waits until something answers on a port. */
  readonly answers: (port: number, path?: string, withinMs?: number) => Promise<void>
}

/** LiteLLM otherwise fetches its prices from the network first. */
const LOCAL = { LITELLM_LOCAL_MODEL_COST_MAP: 'True' }
/** On a busy machine LiteLLM takes minutes to start. */
const START_LIMIT_MS = 900_000
/** From this one on Portkey 1.15.2 answers 500 to every stream: it changes headers that are immutable there. */
const PORTKEY_NODE_LIMIT = 24

export async function startPeers({ upstream, folder, start, freePort, answers }: Ground): Promise<Target[]> {
  const peers: Target[] = []
  const { PORTKEY_GATEWAY: portkey, LITELLM: litellm } = process.env
  if (portkey) {
    const port = await freePort()
    const node = nodeBelow(PORTKEY_NODE_LIMIT)
    const { pid } = start([node ?? process.execPath, portkey, `--port=${port}`, '--headless'], {}, 0)
    await answers(port, '/', START_LIMIT_MS)
    const headers = `x-portkey-provider: openai\r\nx-portkey-custom-host: http://127.0.0.1:${upstream}/v1\r\n`
    const noStreams = `Portkey answers no streams under Node ${PORTKEY_NODE_LIMIT} or later, and no older one is on PATH.`
    peers.push({ name: 'Portkey', port, pid: pid!, headers, ...(!node && { noStreams }) })
  }
  if (litellm) {
    const port = await freePort()
    const file = join(folder, 'litellm.yaml')
    writeFileSync(file, litellmConfig(upstream))
    const { pid } = start([litellm, '--config', file, '--host', '127.0.0.1', '--port', String(port)], LOCAL, 0)
    await answers(port, '/health/liveliness', START_LIMIT_MS)
    peers.push({ name: 'LiteLLM', port, pid: pid!, isSlow: true })
  }
  return peers
}

/** The first on PATH that is older. */
function nodeBelow(major: number): string | undefined {
  const found = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node'))
  return found.filter(existsSync).find((node) => {
    const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
    return Number(/^v(\d+)/.exec(stdout)?.[1]) < major
  })
}

const litellmConfig = (upstream: number) => `
model_list:
  - model_name: bench
    litellm_params: { model: openai/bench, api_base: "http://127.0.0.1:${upstream}/v1", api_key: a }
  - model_name: bench
    litellm_params: { model: openai/bench, api_base: "http://127.0.0.1:${upstream}/v1", api_key: b }
general_settings: { master_key: bench-key-0123456789 }
`

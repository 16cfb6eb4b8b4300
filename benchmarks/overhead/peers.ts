/**
 * Other gateways, where they are installed: `PORTKEY_GATEWAY` names the start-server.js of the npm package
 * @portkey-ai/gateway, `LITELLM` the command `litellm` of the PyPI package litellm[proxy]. with-peers.ts installs them.
 */
import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { requestBytes, SILENCE_MS } from './load.ts'
import type { Cores, Target } from './target.ts'

interface Ground {
  readonly upstream: number
  readonly folder: string
  readonly start: (command: readonly string[], env: Record<string, string>, role: keyof Cores) => ChildProcess
  readonly freePort: () => Promise<number>
  /** Waits until something answers on a port. */
  readonly answers: (port: number, path?: string, withinMs?: number) => Promise<void>
}

/** LiteLLM otherwise fetches its prices from the network first. */
const LOCAL = { LITELLM_LOCAL_MODEL_COST_MAP: 'True' }
/** On a busy machine LiteLLM takes minutes to start. */
const START_LIMIT_MS = 900_000

export async function startPeers({ upstream, folder, start, freePort, answers }: Ground): Promise<Target[]> {
  const peers: Target[] = []
  const { PORTKEY_GATEWAY: portkey, LITELLM: litellm } = process.env
  if (portkey) {
    const port = await freePort()
    const { pid } = start([process.execPath, portkey, `--port=${port}`, '--headless'], {}, 'proxies')
    await answers(port, '/', START_LIMIT_MS)
    const headers = `x-portkey-provider: openai\r\nx-portkey-custom-host: http://127.0.0.1:${upstream}/v1\r\n`
    peers.push(await asked({ name: 'Portkey', port, pid: pid!, headers }))
  }
  if (litellm) {
    const port = await freePort()
    const file = join(folder, 'litellm.yaml')
    writeFileSync(file, litellmConfig(upstream))
    const { pid } = start([litellm, '--config', file, '--host', '127.0.0.1', '--port', String(port)], LOCAL, 'proxies')
    await answers(port, '/health/liveliness', START_LIMIT_MS)
    peers.push(await asked({ name: 'LiteLLM', port, pid: pid!, isSlow: true }))
  }
  return peers
}

/** Portkey 1.15.2 answers 500 to every stream under Node 20 to 24: it changes headers that are immutable there. */
async function asked(peer: Target): Promise<Target> {
  const status = await new Promise<string>((resolve) => {
    const socket = connect({ port: peer.port, host: '127.0.0.1' }, () =>
      socket.write(requestBytes({ ...peer, stream: true })),
    )
    socket.once('data', (data) => {
      resolve(data.toString('latin1').slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
      socket.destroy()
    })
    socket.setTimeout(SILENCE_MS, () => socket.destroy())
    socket.once('close', () => resolve('nothing'))
    socket.once('error', () => resolve('nothing'))
  })
  return status === '200' ? peer : { ...peer, noStreams: `${peer.name} answers ${status} to streams: left out.` }
}

const litellmConfig = (upstream: number) => `
model_list:
  - model_name: bench
    litellm_params: { model: openai/bench, api_base: "http://127.0.0.1:${upstream}/v1", api_key: a }
  - model_name: bench
    litellm_params: { model: openai/bench, api_base: "http://127.0.0.1:${upstream}/v1", api_key: b }
general_settings: { master_key: bench-key-0123456789 }
`

/**
 * Codex itself, which speaks Responses and nothing else, in a tool loop in front of endpoints that do not. It is a large
 * binary: the test looks for `codex` on the PATH (npm i -g @openai/codex).
 */
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { spawnChild } from '../helpers/processes.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Exchange, reply, startUpstream, type Upstream } from '../helpers/upstream.ts'

const installed = isInstalled()
if (!installed) console.warn('Codex is not installed: its test is skipped.')

const THOUGHT = 'A shell command is to be run.'
const SAID = 'ROUTED-BY-COMMONROUTE'

let upstream: Upstream
let router: Router
let home: string
beforeAll(async () => {
  if (!installed) return
  home = await temporaryDirectory()
  upstream = await startUpstream()
  upstream.script('*', turn)
  const at = (plugin: string) => ({ plugin, base_url: upstream.url, api_key: 'sk-upstream' })
  router = await startRouter({
    config: {
      providers: { compatible: at('openai-compatible'), claude: at('anthropic'), openai: at('openai') },
      models: {
        chat: { endpoints: ['compatible/chat'] },
        messages: { endpoints: ['claude/messages'] },
        responses: { endpoints: ['openai/responses'] },
      },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  if (home) await removeDirectory(home)
})

it.skipIf(!installed).each(['chat', 'messages', 'responses'])('runs a tool and answers over %s', async (model) => {
  const work = join(home, model)
  await mkdir(work)
  const provider = `{name="router",base_url="${router.url}/v1",env_key="ROUTER_KEY",wire_api="responses"}`
  const settings = ['model_provider="router"', `model_providers.router=${provider}`].flatMap((each) => ['-c', each])
  const child = spawnChild(
    'codex',
    [
      'exec',
      '--skip-git-repo-check',
      '--dangerously-bypass-approvals-and-sandbox',
      ...settings,
      '-m',
      model,
      'run echo',
    ],
    {
      cwd: work,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: work, ROUTER_KEY: 'none-needed' },
    },
  )
  const [out, error] = await Promise.all([text(child.stdout!), text(child.stderr!)])
  expect(out, error).toContain(`It said ${SAID}.`)
  const last = upstream.requestsFor(model).at(-1)!.body.toString()
  // The call with its result, and what was said before it.
  expect(last).toContain(SAID)
  expect(last).toContain('run echo')
})

/** Calls Codex's shell, then says what it said. */
function turn(exchange: Exchange): unknown {
  const output = new RegExp(`(?<!echo )${SAID}`).exec(exchange.request.body.toString())
  if (output) return reply({ text: `It said ${output[0]}.`, reasoning: THOUGHT })(exchange)
  const call = { name: 'exec_command', arguments: JSON.stringify({ cmd: `echo ${SAID}` }) }
  return reply({ toolCalls: [call], reasoning: THOUGHT })(exchange)
}

function isInstalled(): boolean {
  try {
    execFileSync('codex', ['--version'], { stdio: 'ignore', timeout: 20_000 })
    return true
  } catch {
    return false
  }
}

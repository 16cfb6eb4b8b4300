/**
 * Claude Code itself, in a tool loop in front of a thinking model that speaks OpenAI's API and wants its reasoning
 * back. It is a large binary: the test looks for `claude` on the PATH (npm i -g @anthropic-ai/claude-code).
 */
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { removeDirectory, temporaryDirectory } from '../helpers/directory.ts'
import { spawnChild } from '../helpers/processes.ts'
import { type Router, startRouter } from '../helpers/router.ts'
import { type Exchange, startUpstream, type Upstream } from '../helpers/upstream.ts'

const installed = isInstalled()
if (!installed) console.warn('Claude Code is not installed: its test is skipped.')

const THOUGHT = 'The user wants a shell command to be run.'

let upstream: Upstream
let router: Router
let home: string
beforeAll(async () => {
  if (!installed) return
  home = await temporaryDirectory()
  upstream = await startUpstream()
  upstream.script('deepseek-reasoner', turn)
  router = await startRouter({
    config: {
      providers: {
        deep: {
          plugin: 'openai-compatible',
          preset: 'deepseek',
          base_url: `${upstream.url}/v1`,
          api_key: 'sk-upstream',
        },
      },
      models: { reasoner: { endpoints: ['deep/deepseek-reasoner'] } },
    },
  })
})
afterAll(async () => {
  await router?.stop()
  await upstream?.close()
  if (home) await removeDirectory(home)
})

it.skipIf(!installed)('runs a tool and answers, with its reasoning handed back', async () => {
  const work = join(home, 'work')
  await mkdir(work)
  const child = spawnChild('claude', ['-p', 'run echo', '--allowedTools', 'Bash', '--model', 'reasoner'], {
    cwd: work,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ANTHROPIC_BASE_URL: router.url,
      ANTHROPIC_API_KEY: 'none-needed',
      ANTHROPIC_SMALL_FAST_MODEL: 'reasoner',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  })
  expect(await text(child.stdout!), await text(child.stderr!)).toContain('It said ROUTED.')
  const after = upstream.requests
    .map(({ json }) => json as unknown as Body)
    .find(({ messages }) => messages.some(isToolResult))!
  const called = after.messages.find((message) => message.tool_calls)!
  expect(called.reasoning_content).toBe(THOUGHT)
  expect(JSON.stringify(after)).not.toContain('x-anthropic-billing-header')
})

interface Message {
  readonly role: string
  readonly content?: unknown
  readonly tool_calls?: readonly object[]
  readonly reasoning_content?: string
}
interface Body {
  readonly messages: readonly Message[]
  readonly tools?: readonly object[]
}

const isToolResult = ({ role }: Message) => role === 'tool'

/** First a call of its shell, then an answer that quotes the result. */
function turn({ request, response }: Exchange): void {
  const { messages, tools } = request.json as unknown as Body
  const result = messages.findLast(isToolResult)
  const event = (delta: object, finish: string | null = null) =>
    response.write(
      `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`,
    )
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  if (result || !tools?.length) {
    event({ content: JSON.stringify(result?.content ?? '').includes('ROUTED') ? 'It said ROUTED.' : 'Nothing.' })
    event({}, 'stop')
  } else {
    const shell = { name: 'Bash', arguments: '{"command":"echo ROUTED","description":"Says a word"}' }
    event({ reasoning_content: THOUGHT })
    event({ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: shell }] })
    event({}, 'tool_calls')
  }
  response.end('data: [DONE]\n\n')
}

function isInstalled(): boolean {
  try {
    execFileSync('claude', ['--version'], { stdio: 'ignore', timeout: 30_000 })
    return true
  } catch {
    return false
  }
}

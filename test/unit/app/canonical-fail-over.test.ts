import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RouterApp } from '../../../src/app/router-app.ts'
import { checkText, configOf } from '../../../src/config/load.ts'

async function upstream(answer: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` }
}

const completion = (model: string) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [{ index: 0, message: { role: 'assistant', content: 'here' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  })

test('a canonical name that no file has survives one of its providers being down', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'commonroute-canonical-'))
  const asked: string[] = []
  const answering =
    (works: boolean): RequestListener =>
    (request, response) => {
      let text = ''
      request.on('data', (chunk) => (text += chunk))
      request.on('end', () => {
        const { model } = JSON.parse(text)
        asked.push(model)
        response.writeHead(works ? 200 : 503, { 'content-type': 'application/json' })
        response.end(works ? completion(model) : '{"error":{"message":"down"}}')
      })
    }
  const groq = await upstream(answering(false))
  const together = await upstream(answering(true))
  const text = `
server: { port: 0 }
log: { level: silent, outcomes: false }
routing: { strategy: priority }
providers:
  groq: { plugin: openai-compatible, preset: groq, api_key: k, base_url: ${groq.url} }
  together: { plugin: openai-compatible, preset: together, api_key: k, base_url: ${together.url} }
`
  const app = await RouterApp.create(configOf(checkText(text, { directory }, {})))
  const url = await app.listen()
  try {
    const answer = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: 'meta-llama/llama-3.3-70b-instruct',
        messages: [{ role: 'user', content: 'hi' }],
      }),
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: 'here' } }] })
    expect(asked).toEqual(['llama-3.3-70b-versatile', 'meta-llama/Llama-3.3-70B-Instruct-Turbo'])
  } finally {
    await app.close()
    groq.server.close()
    together.server.close()
    rmSync(directory, { recursive: true, force: true })
  }
})

import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RouterApp } from '../../../src/app/router-app.ts'
import { checkText, configOf } from '../../../src/config/load.ts'
import { listedModels } from '../../../src/routing/catalogue.ts'

let directory: string
let answer: { status: number; ids: string[] }
const server = createServer((_, response) => {
  const data = answer.ids.map((id) => ({ id }))
  response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
})
let port: number

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'commonroute-discovery-'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})

afterEach(() => {
  server.close()
  rmSync(directory, { recursive: true, force: true })
})

async function started(): Promise<RouterApp> {
  const text = `
server: { port: 0 }
log: { level: silent }
providers:
  groq: { plugin: openai-compatible, preset: groq, api_key: k, base_url: http://127.0.0.1:${port}/v1, models: discover }
models:
  own: { endpoints: [groq/mine] }
`
  const app = await RouterApp.create(configOf(checkText(text, { directory }, {})))
  await app.listen()
  return app
}

const namesOf = (app: RouterApp) => listedModels(app.engine.catalogue).map(({ name }) => name)

test("a provider's own list is asked for beside the serving, kept, and outlives a provider that is down", async () => {
  answer = { status: 200, ids: ['llama-3.3-70b-versatile', 'of-their-own'] }
  const first = await started()
  await vi.waitFor(() =>
    expect(namesOf(first)).toEqual(['own', 'meta-llama/llama-3.3-70b-instruct', 'groq/of-their-own']),
  )
  const [, llama] = listedModels(first.engine.catalogue)
  expect(llama!.routes[0]!.endpoint).toMatchObject({
    id: 'groq/llama-3.3-70b-versatile',
    price: { prompt: expect.any(Number) },
    contextLength: expect.any(Number),
  })
  await first.close()

  answer = { status: 503, ids: [] }
  const second = await started()
  expect(namesOf(second)).toEqual(['own', 'meta-llama/llama-3.3-70b-instruct', 'groq/of-their-own'])
  await second.close()
})

import assert from 'node:assert/strict'
import type { Endpoint, ProviderAdapter, UpstreamRequest } from '../api.ts'
import type { Check } from './check.ts'

type MakeCheck = (name: string, run: (adapter: ProviderAdapter) => void | Promise<void>) => Check

interface Soundness {
  url(url: URL): void
  headers(request: Pick<UpstreamRequest, 'headers'>): void
}

const RESOURCES: ReadonlySet<string> = new Set(['files', 'batches', 'uploads', 'anthropic-files', 'anthropic-batches'])

/** What leads into a service beside its requests for a model: sessions, any path, and what it keeps. */
export function doorChecks(check: MakeCheck, endpoint: Endpoint, sound: Soundness): Check[] {
  return [
    check('prepare() opens a session by a GET that names the model', async (adapter) => {
      for (const wire of adapter.wires.realtime ?? []) {
        const body = Buffer.from(JSON.stringify({ model: endpoint.model, intent: 'x' }))
        const request = await adapter.prepare(
          {
            id: 'gen-1700000000-conformance',
            operation: 'realtime',
            wire,
            stream: true,
            contentType: 'application/json',
            headers: {},
            body,
            json: () => JSON.parse(body.toString()),
          },
          endpoint,
        )
        assert.equal(request.method, 'GET')
        assert.equal(request.framing, 'websocket')
        assert.equal(request.body, undefined)
        sound.url(request.url)
        sound.headers(request)
        assert.ok(decodeURIComponent(request.url.href).includes(endpoint.model), 'the URL does not name the model')
      }
    }),
    check('passThrough() leads to the path that it is given, below the same address', async (adapter) => {
      if (!adapter.passThrough) return
      const ask = (path: string, query: string) =>
        adapter.passThrough!({ method: 'GET', path, query, headers: { 'x-client': 'yes' } })
      const [first, second] = [await ask('some/path%2Fwith', '?a=1&b=%20'), await ask('another', '')]
      for (const target of [first, second]) {
        sound.url(target.url)
        sound.headers(target)
      }
      assert.ok(first.url.pathname.endsWith('/some/path%2Fwith'), `the path became ${first.url.pathname}`)
      assert.ok(first.url.search.endsWith('a=1&b=%20'), `the query became ${first.url.search}`)
      const [below, beside] = [first.url.href, second.url.href].map((href) => href.split(/some\/|another/)[0])
      assert.equal(below, beside, 'the paths do not lie below one address')
    }),
    check('resources are known ones, and can be asked for', ({ resources, passThrough }) => {
      for (const [name, path] of Object.entries(resources ?? {})) {
        assert.ok(RESOURCES.has(name), `there is no resource ${name}`)
        assert.match(path, /^[a-z][a-z0-9/_-]*$/)
        assert.ok(passThrough, 'nothing can be asked for without passThrough()')
      }
    }),
  ]
}

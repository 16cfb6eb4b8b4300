import { describe, expect, test } from 'vitest'
import { KeylessAccess } from '../../../src/access/keyless.ts'

const access = new KeylessAccess({
  host: '127.0.0.1',
  hosts: ['Router.lan', '*.corp.example'],
  origins: ['chrome-extension://abc', 'moz-extension://*', 'null'],
})
const plain = new KeylessAccess({ host: 'box.localdomain', hosts: [], origins: [] })

const code = (headers: Record<string, string>, to = access) => to.refusal(headers)?.code

describe('the name that is asked', () => {
  test.each([
    'localhost:4000',
    'LOCALHOST',
    '127.0.0.1:4000',
    '127.8.8.8',
    '[::1]:4000',
    'chat.localhost:1',
    'localhost.:4000',
    'router.lan:4000',
    'ROUTER.LAN',
    'a.corp.example',
    'host.docker.internal:4000',
  ])('%s is this router', (host) => expect(code({ host })).toBeUndefined())

  test.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:4000',
    '192.168.1.7:4000',
    'corp.example',
    'xcorp.example',
    '',
    '[fe80::1]:4000',
    'evil.example:80:4000',
  ])('"%s" is not', (host) => expect(code({ host })).toBe('ROUTER_FOREIGN_HOST'))

  test('may be the configured one, and may be left out as in HTTP/1.0', () => {
    expect(code({ host: 'box.localdomain:4000' }, plain)).toBeUndefined()
    expect(code({})).toBeUndefined()
  })
})

describe('where a page comes from', () => {
  const from = (origin: string, to = access) => code({ host: '127.0.0.1:4000', origin }, to)

  test.each([
    'http://localhost:3000',
    'https://127.0.0.1',
    'http://[::1]:5173',
    'http://router.lan',
    'app://obsidian.md',
    'vscode-webview://x',
    'tauri://localhost',
  ])('%s may ask', (origin) => expect(from(origin)).toBeUndefined())

  test.each([
    'https://evil.example',
    'http://router.lan.evil.example',
    'null',
    'chrome-extension://abc',
    'moz-extension://x',
    'safari-web-extension://x',
    'file://',
    'data:',
    'blob:null',
  ])('%s may not, unless it is allowed', (origin) => expect(from(origin, plain)).toBe('ROUTER_CROSS_ORIGIN'))

  test('is allowed one by one, or by scheme', () => {
    expect(['chrome-extension://abc', 'moz-extension://any', 'null'].map((origin) => from(origin))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(from('chrome-extension://other')).toBe('ROUTER_CROSS_ORIGIN')
  })

  test('is told by Fetch Metadata where there is no origin', () => {
    const ask = (site: string, more = {}) => code({ host: 'localhost', 'sec-fetch-site': site, ...more })
    expect(ask('cross-site')).toBe('ROUTER_CROSS_ORIGIN')
    expect(['same-origin', 'same-site', 'none'].map((site) => ask(site))).toEqual([undefined, undefined, undefined])
    expect(ask('cross-site', { origin: 'http://localhost:3000' })).toBeUndefined()
  })
})

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { checkText } from '../../../src/config/load.ts'
import { makeAuthority } from '../../helpers/certificates.ts'

const directory = mkdtempSync(join(tmpdir(), 'connections-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const authority = makeAuthority()
const [own, other] = [authority.issue('router'), authority.issue('other')]
for (const [name, text] of Object.entries({
  ca: authority.cert,
  cert: own.cert,
  key: own.key,
  'other-key': other.key,
  junk: 'no PEM',
}))
  writeFileSync(join(directory, `${name}.pem`), text)

const check = (options: string, env = {}) =>
  checkText(
    `providers:\n  p: { plugin: x, ${options} }\n  q: { plugin: x }\n`,
    { path: join(directory, 'c.yaml'), shown: 'c.yaml', directory },
    env,
  )

const problems = (options: string) =>
  check(options).problems.map(({ line, path, message }) => `${line} ${path}: ${message}`)

describe('how a provider is reached', () => {
  test('is read with its files, and is no option of the plugin', () => {
    const { config } = check(
      'base_url: "http://x/v1", tls: { ca: ca.pem, cert: cert.pem, key: key.pem }, http2: true, trace_headers: true, proxy: false',
    )
    expect(config?.providers.get('p')).toMatchObject({
      options: { base_url: 'http://x/v1' },
      traceHeaders: true,
      connection: { proxy: false, http2: true, tls: { ca: authority.cert, cert: own.cert, key: own.key } },
    })
    expect(config?.providers.get('p')?.options).toEqual({ base_url: 'http://x/v1' })
    expect(config?.providers.get('q')).not.toHaveProperty('connection')
  })

  test("paths begin at the config file's folder", () => {
    expect(check('socket_path: run/x.sock').config?.providers.get('p')?.connection).toEqual({
      socketPath: join(directory, 'run/x.sock'),
    })
  })

  test.each([
    ['tls: { ca: no.pem }', /^2 providers\.p\.tls\.ca: This file cannot be used: ENOENT/],
    ['tls: { key: junk.pem, cert: cert.pem }', /^2 providers\.p\.tls\.key: This file cannot be used/],
    ['tls: { ca: junk.pem }', /^2 providers\.p\.tls\.ca: This file cannot be used/],
    ['tls: { cert: cert.pem }', /^2 providers\.p\.tls\.cert: A "cert" needs the "key"/],
    ['tls: { cert: cert.pem, key: other-key.pem }', /^2 providers\.p\.tls\.cert: Certificate and key do not fit/],
    ['proxy: "socks5://proxy.example"', /^2 providers\.p\.proxy: This must be the URL of an HTTP proxy/],
    ['proxy: true', /^2 providers\.p\.proxy: This must be the URL of a proxy, or false/],
    ['proxy: "http://p:1", socket_path: /x', /^2 providers\.p\.proxy: .* needs no proxy/],
  ])('%s is refused with its line', (options, message) => {
    expect(problems(options)).toEqual([expect.stringMatching(message)])
  })

  test('the password of a proxy is in no message', () => {
    const [problem] = check('proxy: "nonsense:sesame@x"', {}).problems
    expect(JSON.stringify(problem)).not.toContain('sesame')
  })

  test('files of a provider that is left out are not asked for', () => {
    expect(check(`optional: true, api_key: "$\{NO_SUCH}", tls: { ca: no.pem }`).problems).toEqual([])
  })
})

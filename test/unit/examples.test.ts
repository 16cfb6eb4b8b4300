import { readFileSync } from 'node:fs'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import spillOver from '../../examples/plugins/spill-over.ts'
import { checkPlugins } from '../../src/cli/check/check-plugins.ts'
import { testPlugin } from '../../src/cli/plugins/test-plugin.ts'
import { checkConfig } from '../../src/config/load.ts'
import { candidate, REQUEST } from '../../src/plugins/testing/candidates.ts'
import { pluginChecks } from '../../src/plugins/testing.ts'

const at = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url))
const read = (name: string) => readFileSync(at(name), 'utf8')

describe('examples/plugins', () => {
  for (const check of pluginChecks(spillOver, { ranksBy: ['position', 'in_flight'] }))
    test(check.name, () => check.run())

  test('spill-over fills up the endpoints in turn, and takes the least busy one when all are full', async () => {
    const strategy = await spillOver.create({ at: 2 }, {} as never)
    const firstOf = (...inFlight: number[]) => {
      const candidates = inFlight.map((requests, position) =>
        candidate(`e${position}`, { position, inFlight: requests }),
      )
      return strategy.rank(REQUEST, candidates, { random: () => 0.5, now: 0 })[0]!.endpoint.provider
    }
    expect([firstOf(0, 0), firstOf(1, 0), firstOf(2, 0), firstOf(2, 1)]).toEqual(['e0', 'e0', 'e1', 'e1'])
    expect([firstOf(2, 2), firstOf(3, 2)]).toEqual(['e0', 'e1'])
  })

  test('the configuration finds and uses it', async () => {
    const { config, problems } = checkConfig(at('examples/plugins/config.yaml'), {})
    expect(problems).toEqual([])
    expect(await checkPlugins(config!)).toEqual([])
  })
})

describe('docs/plugins.md', () => {
  const example = /```ts\n\/\/ plugins\/first\.ts\n([\s\S]*?)```/.exec(read('docs/plugins.md'))![1]!

  test.each(['{}', '{ reverse: true }'])('its example passes the conformance checks with %s', async (options) => {
    const file = join(await mkdtemp(join(tmpdir(), 'router-example-')), 'first.ts')
    await writeFile(file, example)
    const { checks } = await testPlugin(file, { options }, () => {})
    expect(checks.filter(({ passed }) => !passed)).toEqual([])
    expect(checks.length).toBeGreaterThan(5)
  })
})

describe('examples/docker-compose', () => {
  test('the configuration is valid with the variables that the container is given', () => {
    const { services } = parse(read('examples/docker-compose/compose.yaml'))
    const environment = Object.fromEntries(
      Object.keys(services.router.environment).map((name) => [name, `a-value-of-${name}`]),
    )
    const { problems, warnings } = checkConfig(at('examples/docker-compose/config.yaml'), environment)
    expect(problems).toEqual([])
    expect(warnings).toEqual([])
  })

  test('what is mounted lies where the image looks for it', () => {
    const { services, volumes } = parse(read('examples/docker-compose/compose.yaml'))
    const folder = /ROUTER_CONFIG=(.*)\/config\.yaml/.exec(read('Dockerfile'))![1]
    expect(services.router.volumes).toEqual([`./config.yaml:${folder}/config.yaml:ro`, `state:${folder}/.router`])
    expect(Object.keys(volumes)).toEqual(['state'])
  })
})

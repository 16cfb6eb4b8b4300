import { expect, test } from 'vitest'
import type { Config } from '../../../../src/config/types.ts'
import type { Catalogue } from '../../../../src/routing/catalogue.ts'
import { screenOf } from '../../../../src/terminal/colour.ts'
import { banner } from '../../../../src/terminal/views/banner.ts'

const start = (keys: readonly string[], known = new Map()) =>
  banner(
    {
      url: 'http://127.0.0.1:4000',
      config: {
        server: { workers: 1 },
        auth: { keys },
        source: { path: '/etc/router/config.yaml' },
      } as unknown as Config,
      found: [],
      catalogue: { models: new Map(), known: () => known } as unknown as Catalogue,
    },
    screenOf({ isTTY: false } as never, {}),
  )

test.each([
  [[], 'none: only this machine may ask'],
  [['a'], '1 client key'],
  [['a', 'b'], '2 client keys'],
])('says how many keys there are: %j', (keys, text) => {
  expect(start(keys)).toMatch(new RegExp(`^ +keys +${text}$`, 'm'))
})

test('names what is known of the providers where the file has no models', () => {
  const known = new Map([['openai/gpt-4o', {}]])
  expect(start([], known)).toMatch(/^ {2}models {5}1 known of the providers: router models$/m)
})

import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { BUILT_IN, KINDS } from '../../src/plugins/built-in.ts'
import type { AnyPlugin } from '../../src/plugins/load.ts'

const plugins = KINDS.flatMap((kind) =>
  Object.entries(BUILT_IN[kind]).map(([name, load]) => [kind, name, load] as const),
)

// At start they are compiled without this check, which would take longer than all the rest.
it.each(plugins)('the schema of the %s %s is valid JSON Schema 2020-12', async (_kind, _name, load) => {
  const { schema } = (await load()).default as AnyPlugin
  const ajv = new Ajv2020({ strict: false })
  expect(ajv.validateSchema(schema), JSON.stringify(ajv.errors)).toBe(true)
})

import { Ajv2020, type CodeKeywordDefinition, type KeywordCxt, type ValidateFunction } from 'ajv/dist/2020.js'
import { _, getProperty, not } from 'ajv/dist/compile/codegen/index.js'
import { LIMITS } from './limits.ts'
import { configSchema } from './schema/index.ts'

/**
 * A checker of configurations that knows our own annotations. Neither checking nor optimising the schema: that would
 * take three times as long; a test checks it.
 * @param generated for code that is kept: optimised, and fit for ajv's standalone code
 */
export function configAjv(generated = false): Ajv2020 {
  const code = generated ? { source: true, esm: true } : { optimize: false }
  const fast = { validateSchema: false, meta: false, code }
  const ajv = new Ajv2020({ allErrors: true, verbose: true, useDefaults: true, allowUnionTypes: true, ...fast })
  ajv.addVocabulary(['expects'])
  ajv.addKeyword(within('duration'))
  ajv.addKeyword(within('size'))
  return ajv
}

/** A keyword whose code calls the function of the same name in LIMITS. */
const within = (keyword: keyof typeof LIMITS): CodeKeywordDefinition => ({
  keyword,
  type: ['string', 'number'],
  code(context: KeywordCxt) {
    const { gen, schemaValue, data } = context
    const check = gen.scopeValue('func', { ref: LIMITS[keyword], code: _`LIMITS${getProperty(keyword)}` })
    context.fail(not(_`${check}(${schemaValue}, ${data})`))
  },
})

let compiled: ValidateFunction | undefined

/**
 * Checks a configuration against its schema and fills in defaults. Compiled at first use; a build puts generated code
 * in the place of this module.
 */
export function configValidator(): ValidateFunction {
  compiled ??= configAjv().compile(configSchema)
  return compiled
}

import { Ajv2020 } from 'ajv/dist/2020.js'

// `format` is an annotation in JSON Schema 2020-12; `verbose` gives the schema beside each error.
const SETTINGS = {
  allErrors: true,
  useDefaults: true,
  strict: false,
  validateFormats: false,
  verbose: true,
  logger: false,
} as const

let forBuiltIn: Ajv2020 | undefined
let forOthers: Ajv2020 | undefined

/**
 * What compiles plugins' option schemas. Checking a schema against its own schema takes 60 ms at the first one: for
 * built-in plugins a test does it.
 */
export function optionsAjv(own: boolean): Ajv2020 {
  if (own) forBuiltIn ??= generatingAjv(false)
  else forOthers ??= new Ajv2020(SETTINGS)
  return own ? forBuiltIn! : forOthers!
}

/** For the schemas of built-in plugins. `generated`: fit for ajv's standalone code. */
export const generatingAjv = (generated: boolean): Ajv2020 =>
  new Ajv2020({
    ...SETTINGS,
    validateSchema: false,
    meta: false,
    ...(generated && { code: { source: true, esm: true } }),
  })

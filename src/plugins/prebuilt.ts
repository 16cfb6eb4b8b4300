import type { ValidateFunction } from 'ajv'

/**
 * Validators by the JSON text of their schema. None from source; a build puts those of the built-in plugins in the
 * place of this module.
 */
export const PREBUILT: ReadonlyMap<string, ValidateFunction> = new Map()

import { readFileSync, writeFileSync } from 'node:fs'
import { Document } from 'yaml'
import { RouterError } from '../../../base/errors.ts'
import { checkText } from '../../../config/load.ts'
import type { Problem } from '../../../config/types.ts'
import { type ImportedLine, LiteLlmFile } from './document.ts'
import { type Imported, importModels } from './models.ts'
import { ProviderTable } from './providers.ts'
import { importSettings } from './settings.ts'

export interface ImportResult {
  /** Our config.yaml. */
  readonly yaml: string
  readonly lines: readonly ImportedLine[]
  /** Variables that it takes from the environment. */
  readonly variables: readonly string[]
  /** What is wrong with it all the same. */
  readonly problems: readonly Problem[]
}

/**
 * A config.yaml of LiteLLM's proxy as one of ours. Source of its form: LiteLLM's pages "config settings" and "routing",
 * 2026.
 * @throws ROUTER_CONFIG_NOT_FOUND, ROUTER_IMPORT_FAILED
 */
export async function importLiteLlm(path: string): Promise<ImportResult> {
  return convertLiteLlm(readText(path), await ProviderTable.load())
}

export function convertLiteLlm(text: string, table: ProviderTable): ImportResult {
  const file = new LiteLlmFile(text)
  // Names such as `constructor` are names like any other.
  const out: Imported = { providers: Object.create(null), models: Object.create(null) }
  importModels(file, table, out)
  const settings = importSettings(file, out)
  const { auth, ...rest } = settings
  const document = new Document({ ...(auth !== undefined && { auth }), ...out, ...rest })
  document.commentBefore = ' Made from a config.yaml of LiteLLM. See what the keys mean: docs/configuration.md'
  const yaml = document.toString({ lineWidth: 120, flowCollectionPadding: true })
  const variables = [...new Set([...yaml.matchAll(/(?<!\$)\$\{([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name]) => name!))]
  // Whether its variables are set here is not what is asked.
  const env = Object.fromEntries(
    variables.map((name) => [name, process.env[name] || `a-value-of-${name.toLowerCase()}`]),
  )
  return {
    yaml,
    lines: file.report(),
    variables,
    problems: checkText(yaml, { directory: process.cwd() }, env).problems,
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new RouterError('ROUTER_CONFIG_NOT_FOUND', { path }, { cause: error })
  }
}

/** @throws ROUTER_FILE_EXISTS */
export function writeImported(path: string, yaml: string): void {
  try {
    // It may hold keys that stood in the other file.
    writeFileSync(path, yaml, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new RouterError('ROUTER_FILE_EXISTS', { path }, { cause: error })
  }
}

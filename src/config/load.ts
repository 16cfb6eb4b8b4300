import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { RouterError, reasonOf } from '../base/errors.ts'
import { buildConfig } from './build.ts'
import { namedEndpoints } from './canonical.ts'
import { checkConnections } from './check-connections.ts'
import type { Environment } from './environment.ts'
import { Findings } from './findings.ts'
import { counted, formatProblems } from './format.ts'
import { outsideValues } from './outside-values.ts'
import { type PartialUse, partialModules, partialUses } from './plugin-uses.ts'
import { checkReferences } from './references.ts'
import { checkSanity } from './sanity.ts'
import { readSource } from './source.ts'
import { checkStructure } from './structure.ts'
import type { Config, Problem } from './types.ts'
import { settleVariables } from './variables.ts'

/** Bytes. Parsing takes a few seconds per megabyte of hostile YAML. */
const MAX_FILE_SIZE = 1024 ** 2

export interface CheckResult {
  readonly problems: Problem[]
  readonly warnings: Problem[]
  /** Present when there are no problems. */
  readonly config?: Config
  /** Present when there are: the plugins that the file names all the same. */
  readonly partial?: { readonly modules: Config['plugins']; readonly uses: readonly PartialUse[] }
}

/**
 * Reads and checks a config file, and reports everything that is wrong with it at once.
 * @param env for `${NAME}`; default: the environment of the process
 * @throws RouterError ROUTER_CONFIG_NOT_FOUND, ROUTER_CONFIG_UNREADABLE (no file, no permission, over 1 MB, not UTF-8)
 */
export function checkConfig(path: string, env: Environment = process.env): CheckResult {
  const absolute = resolve(path)
  return checkText(readText(absolute), { path: absolute, shown: shorter(absolute), directory: dirname(absolute) }, env)
}

/**
 * The configuration in a file.
 * @throws RouterError as `checkConfig`, and ROUTER_CONFIG_INVALID with every problem, one a line, in the text
 */
export function loadConfig(path: string, env: Environment = process.env): Config {
  return configOf(checkConfig(path, env))
}

export function configOf({ config, problems }: CheckResult): Config {
  if (config !== undefined) return config
  throw new RouterError('ROUTER_CONFIG_INVALID', {
    count: counted(problems.length, 'problem'),
    problems: formatProblems(problems),
  })
}

interface Origin {
  readonly path?: string
  /** The path in error messages. */
  readonly shown?: string
  readonly directory: string
}

/** As `checkConfig`, for a text in memory. Never throws. */
export function checkText(text: string, { path, shown, directory }: Origin, env: Environment): CheckResult {
  const source = readSource(text, shown, env, outsideValues(directory))
  const findings = new Findings(source)
  const { root, places } = source
  if (root === undefined) return { problems: findings.problems, warnings: [] }

  checkStructure(root, findings)
  const leftOut = settleVariables(root, findings)
  const named = namedEndpoints(root, leftOut, directory)
  checkReferences(root, leftOut, named, findings)
  checkSanity(root, findings)
  const connections = checkConnections(root, directory, leftOut, findings)
  const { problems, warnings } = findings
  if (problems.length > 0)
    return { problems, warnings, partial: { modules: partialModules(source), uses: partialUses(source) } }

  const version = createHash('sha256').update(text).digest('hex').slice(0, 12)
  const from = path === undefined ? { directory } : { path, directory }
  return {
    problems,
    warnings,
    config: buildConfig(root, { places, leftOut, named, connections, source: from, version, warnings }),
  }
}

/** Relative to the working directory, unless that leads out of it. */
function shorter(path: string): string {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}

function readText(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > MAX_FILE_SIZE)
      throw new RouterError('ROUTER_CONFIG_UNREADABLE', { path, reason: 'it is larger than 1 MB' })
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path))
  } catch (error) {
    if (error instanceof RouterError) throw error
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new RouterError('ROUTER_CONFIG_NOT_FOUND', { path }, { cause: error })
    if (code === 'EISDIR')
      throw new RouterError('ROUTER_CONFIG_UNREADABLE', { path, reason: 'it is a folder' }, { cause: error })
    const reason =
      code === 'ERR_ENCODING_INVALID_ENCODED_DATA' ? 'it is not UTF-8 text' : reasonOf(error).replace(/\.$/, '')
    throw new RouterError('ROUTER_CONFIG_UNREADABLE', { path, reason }, { cause: error })
  }
}

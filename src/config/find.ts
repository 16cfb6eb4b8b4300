import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { RouterError, reasonOf } from '../base/errors.ts'
import { closeToOthers } from '../base/files/private-folder.ts'
import type { PluginLog } from '../plugins/api.ts'
import type { Environment } from './environment.ts'
import type { Config } from './types.ts'

export interface Whereabouts {
  /** Value of `--config`. */
  readonly flag?: string | undefined
  readonly env?: Environment
  /** Working directory. */
  readonly directory?: string
}

/**
 * Absolute path of the config file: `--config`, else `ROUTER_CONFIG`, else `config.yaml` or `config.yml` in the working
 * directory; undefined when there is none of these. A file that was asked for need not exist; loading it says so.
 */
export function findConfig({
  flag,
  env = process.env,
  directory = process.cwd(),
}: Whereabouts = {}): string | undefined {
  const named = flag || env.ROUTER_CONFIG
  if (named) return resolve(directory, named)
  return ['config.yaml', 'config.yml'].map((name) => join(directory, name)).find((path) => existsSync(path))
}

/** Where the router keeps what it learned: `.router` beside the config file. */
export const stateDirectory = (config: Pick<Config, 'source'>): string => join(config.source.directory, '.router')

/**
 * Makes the state folder, readable by its owner only, if it is not there. One that others may write to is closed to
 * them, with a warning.
 * @throws RouterError ROUTER_STATE_UNWRITABLE; ROUTER_STATE_EXPOSED when it belongs to somebody else and others may
 * write to it
 */
export function makeStateDirectory(config: Config, log?: Pick<PluginLog, 'warn'>): string {
  const path = stateDirectory(config)
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new RouterError('ROUTER_STATE_UNWRITABLE', { path, reason: reasonOf(error) }, { cause: error })
  }
  closeToOthers(path, log)
  return path
}

import module from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * Keeps compiled code between runs: a third of every start. Below the user's own cache, since who can write it decides
 * what is run; node's default is the folder for everybody's temporary files. Where it cannot be written, nothing is
 * kept.
 */
export function keepCompiledCode({ NODE_COMPILE_CACHE, XDG_CACHE_HOME } = process.env) {
  try {
    module.enableCompileCache(NODE_COMPILE_CACHE || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'commonroute'))
  } catch {
    // A user without a home.
  }
}

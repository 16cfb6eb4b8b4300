/** The thread of `loadConfigAside`: reads, parses and checks one config file, and sends what came of it. */
import { parentPort, workerData } from 'node:worker_threads'
import { RouterError } from '../base/errors.ts'
import type { Environment } from './environment.ts'
import { loadConfig } from './load.ts'
import type { LoadAnswer } from './load-aside.ts'
import { pack } from './portable.ts'

const { path, env } = workerData as { readonly path: string; readonly env: Environment }

function answer(): LoadAnswer {
  try {
    return { config: pack(loadConfig(path, env)) }
  } catch (error) {
    if (!(error instanceof RouterError)) throw error
    return { error: { code: error.code, details: error.details } }
  }
}

parentPort?.postMessage(answer())

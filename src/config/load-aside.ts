import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type ErrorCode, type ErrorDetails, RouterError } from '../base/errors.ts'
import type { Environment } from './environment.ts'
import { type Packed, unpack } from './portable.ts'
import type { Config } from './types.ts'

export type LoadAnswer =
  | { readonly config: Packed }
  | { readonly error: { readonly code: ErrorCode; readonly details: ErrorDetails } }

/** Beside this file, from source and built. */
const WORKER = new URL(`./load-worker${extname(import.meta.url)}`, import.meta.url)

/**
 * As `loadConfig`, in a thread of its own: parsing a large file takes seconds, in which a router that serves would send
 * nobody anything. The thread begins with the call and ends with it.
 * @throws RouterError as `loadConfig`
 */
export async function loadConfigAside(path: string, env: Environment = process.env): Promise<Config> {
  const worker = new Worker(WORKER, { workerData: { path, env: { ...env } } })
  try {
    // Rejects when the thread fails.
    const [answer] = (await once(worker, 'message')) as [LoadAnswer]
    if ('config' in answer) return unpack(answer.config)
    throw new RouterError(answer.error.code, answer.error.details)
  } finally {
    await worker.terminate()
  }
}

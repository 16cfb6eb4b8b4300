import { noteListening } from '../../app/listening.ts'
import { RouterApp } from '../../app/router-app.ts'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { inlineMore } from '../../base/inlining.ts'
import { isLoopback } from '../../base/loopback.ts'
import { boundYoungGeneration } from '../../base/young-generation.ts'
import { stateDirectory } from '../../config/find.ts'
import type { Config } from '../../config/types.ts'
import { watchConfig } from '../../config/watch.ts'
import type { Screen } from '../../terminal/colour.ts'
import { banner } from '../../terminal/views/banner.ts'

export interface ServeOptions {
  /** Reads the configuration, at the start and at each reload. */
  readonly load: (again: boolean) => Promise<{ readonly config: Config; readonly found: readonly string[] }>
  readonly print: (text: string) => void
  readonly screen: Screen
}

/** Runs the router until a signal ends it. Throws RouterError when it cannot start. */
export async function serve({ load, print, screen }: ServeOptions): Promise<void> {
  const { config, found } = await load(false)
  const app = await RouterApp.create(config)
  for (const { message, path, hint } of config.warnings) app.log.warn({ path, ...(hint && { hint }) }, message)
  const { url, running } = await listen(app)
  const forget = noteListening(stateDirectory(config), url)
  boundYoungGeneration()
  inlineMore()
  // A plugin's forgotten promise is no reason to drop everybody's requests.
  process.on('unhandledRejection', (error) =>
    app.log.error({ reason: reasonOf(error) }, 'Something failed and nobody waited for it'),
  )
  const reload = reloader(app, load)
  const watcher = config.source.path === undefined ? undefined : watchConfig(config.source.path, reload)
  process.on('SIGHUP', reload)
  const end = ended(running, app.log)
  print(banner({ url, config, found, catalogue: app.engine.catalogue }, screen))
  await end
  forget()
  watcher?.close()
  process.off('SIGHUP', reload)
}

/** What takes the requests: the router itself, or its workers. */
type Running = Pick<RouterApp, 'close' | 'drain'>

/** Throws ROUTER_LISTEN; everything is then closed. */
async function listen(app: RouterApp): Promise<{ url: string; running: Running }> {
  if (app.config.server.workers === 1) return { url: await closing(app, app.listen()), running: app }
  const { WorkerPool } = await import('../../app/workers/pool.ts')
  const pool = new WorkerPool(app)
  return { url: await closing(pool, pool.start()), running: pool }
}

async function closing<T>(running: Running, starting: Promise<T>): Promise<T> {
  try {
    return await starting
  } catch (error) {
    await running.close()
    throw error
  }
}

/** One reload at a time; what changes meanwhile is read right after. */
function reloader(app: RouterApp, load: ServeOptions['load']): () => void {
  let running = false
  let again = false
  return async () => {
    again = true
    if (running) return
    running = true
    while (again) {
      again = false
      try {
        const { config } = await load(true)
        await app.reload(config)
      } catch (error) {
        app.log.error(
          { reason: error instanceof RouterError ? error.message : reasonOf(error) },
          'The new configuration is refused; the old one stays',
        )
      }
    }
    running = false
  }
}

/**
 * Resolves when a signal came and everything is closed. A second signal ends the process at once. A person at a
 * terminal is no balancer: no delay.
 */
function ended(running: Running, log: RouterApp['log']): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    const stop = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143)
      stopping = true
      log.info({ signal }, 'Shutting down; a second signal ends it at once')
      void (signal === 'SIGINT' ? running.close() : running.drain()).then(resolve)
    }
    process.on('SIGTERM', stop)
    process.on('SIGINT', stop)
  })
}

/** Host and port of the command line over those of the file. Throws ROUTER_PUBLIC_WITHOUT_KEYS. */
export function withListen(
  config: Config,
  flags: { readonly host?: string | undefined; readonly port?: number | undefined },
): Config {
  const host = flags.host ?? config.server.host
  if (!isLoopback(host) && config.auth.keys.length === 0) throw new RouterError('ROUTER_PUBLIC_WITHOUT_KEYS', { host })
  return { ...config, server: { ...config.server, host, port: flags.port ?? config.server.port } }
}

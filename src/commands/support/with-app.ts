import { type App, createApp } from '../../app.ts'
import type { Config } from '../../config/types.ts'
import { commandLog } from './log.ts'

/** Puts the router together without a server, works with it, and closes it again. `readOnly`: neither locks nor writes the stats. */
export async function withApp<T>(config: Config, options: { readonly readOnly?: boolean }, work: (app: App) => Promise<T>): Promise<T> {
  const app = await createApp(config, { ...options, log: commandLog() })
  try {
    return await work(app)
  } finally {
    await app.close()
  }
}

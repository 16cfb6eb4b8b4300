import { type App, createApp } from '../app/router-app.ts'
import type { Config } from '../config/types.ts'
import { peekInbox } from '../outcomes/saving/inbox.ts'
import { commandLog } from './log.ts'

/** Puts the router together without a server, works with it, and closes it again. */
export async function withApp<T>(config: Config, work: (app: App) => Promise<T>): Promise<T> {
  const app = await createApp(config, commandLog())
  // Timers of deadlines and simulators let the process end; while work is under way it must not.
  const alive = setInterval(() => {}, 60_000)
  try {
    // What other commands measured and no router has taken over yet.
    for (const outcome of await peekInbox(app.stateDirectory)) app.book.record(outcome, Date.now())
    return await work(app)
  } finally {
    clearInterval(alive)
    await app.close()
  }
}

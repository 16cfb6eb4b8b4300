import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

/** Starts the command line that `pjson.oclif` describes, with the process's own arguments. */
export async function start(pjson) {
  // Compiled code is kept between runs: about a third of the start-up time of every command.
  enableCompileCache()
  // A reader that goes away (`router check 2>&1 | head`) is no error; @oclif/core sees to stdout.
  process.stderr.on('error', (error) => {
    if (error.code !== 'EPIPE') throw error
  })
  const { run } = await import('@oclif/core/run')
  const { handle } = await import('@oclif/core/handle')
  const { settings } = await import('@oclif/core/settings')
  // Node itself strips types; looking for a transpiler would only cost time.
  settings.enableAutoTranspile = false
  // Not oclif's `execute`: it waits for a drain of standard output that never comes when the reader has gone away.
  await run(process.argv.slice(2), { root: fileURLToPath(new URL('..', import.meta.url)), pjson }).catch(handle)
}

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
  const words = asked(process.argv.slice(2))
  // Not oclif's `execute`: it waits for a drain of standard output that never comes when the reader has gone away.
  await run(words, { root: fileURLToPath(new URL('..', import.meta.url)), pjson }).catch(async (error) => {
    // `handle` ends the process, and with it whatever a slow reader has not taken yet.
    await Promise.all([written(process.stdout), written(process.stderr)])
    handle(error)
  })
}

/** `router help serve` and `router version` as oclif knows them: `serve --help`, `--version`. */
function asked([first, ...rest]) {
  if (first === 'help') return [...rest, '--help']
  if (first === 'version') return ['--version', ...rest]
  return first === undefined ? [] : [first, ...rest]
}

/** Settles when everything has been taken, or nobody is there to take it. */
function written(stream) {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) return resolve()
    stream.once('error', resolve)
    stream.once('close', resolve)
    stream.write('', resolve)
  })
}

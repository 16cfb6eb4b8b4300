import { handle } from '@oclif/core/handle'
import type { PJSON } from '@oclif/core/interfaces'
import { run } from '@oclif/core/run'
import { settings } from '@oclif/core/settings'

/**
 * Runs the command line that `pjson.oclif` describes with the process's own arguments.
 * @param root folder of the package
 */
export async function start(pjson: PJSON, root: string): Promise<void> {
  // A reader that goes away (`router check 2>&1 | head`) is no error; @oclif/core sees to stdout.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  // Node itself strips types; looking for a transpiler would only cost time.
  settings.enableAutoTranspile = false
  const words = asked(process.argv.slice(2))
  // Not oclif's `execute`: it waits for a drain of standard output that never comes when the reader has gone away.
  await run(words, { root, pjson }).catch(async (error) => {
    // `handle` ends the process, and with it whatever a slow reader has not taken yet.
    await Promise.all([written(process.stdout), written(process.stderr)])
    await handle(error)
  })
}

/** `router help serve` and `router version` as oclif knows them: `serve --help`, `--version`. */
function asked([first, ...rest]: readonly string[]): string[] {
  if (first === 'help') return [...rest, '--help']
  if (first === 'version') return ['--version', ...rest]
  return first === undefined ? [] : [first, ...rest]
}

/** Settles when everything has been taken, or nobody is there to take it. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || stream.writableLength === 0) return resolve()
    stream.once('error', () => resolve())
    stream.once('close', () => resolve())
    stream.write('', () => resolve())
  })
}

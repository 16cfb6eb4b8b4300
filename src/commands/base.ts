import { Command } from '@oclif/core/command'
import { ExitError } from '@oclif/core/errors'
import * as Flags from '@oclif/core/flags'
import { RouterError, reasonOf } from '../base/errors.ts'
import type { Config } from '../config/types.ts'
import { type Screen, screenOf } from '../terminal/colour.ts'

export interface LoadedConfig {
  readonly config: Config
  /** What a start without a config file found, for people; empty with a file. */
  readonly found: readonly string[]
}

/**
 * The configuration that a command works on: `--config`, `ROUTER_CONFIG`, `./config.yaml`, or one made from the
 * surroundings.
 * @param aside in a thread of its own, for a process that has other things to do meanwhile
 * @throws RouterError ROUTER_CONFIG_*
 */
export async function loadForCommand(flag: string | undefined, { aside = false } = {}): Promise<LoadedConfig> {
  const { findConfig } = await import('../config/find.ts')
  const path = findConfig({ flag })
  if (path === undefined) {
    const { zeroConfig } = await import('../config/zero.ts')
    return zeroConfig()
  }
  if (aside) {
    const { loadConfigAside } = await import('../config/load-aside.ts')
    return { config: await loadConfigAside(path), found: [] }
  }
  const { loadConfig } = await import('../config/load.ts')
  return { config: loadConfig(path), found: [] }
}

/**
 * What all commands share. Every command module is imported at each start, so modules below it import nothing heavy at
 * their top; `run` imports what it needs.
 */
export abstract class BaseCommand extends Command {
  static override baseFlags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: 'Config file. Default: $ROUTER_CONFIG, else ./config.yaml, else what is found without one',
    }),
  }

  /** Standard output as a screen. */
  protected get screen(): Screen {
    return screenOf(process.stdout)
  }

  /** What waits on standard input is never an argument: it is a script's, or the loop's that the command stands in. */
  protected override async init(): Promise<void> {
    await super.init()
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true
  }

  /** Prints an error as text on stderr, with `--json` also as JSON on stdout, and ends with its exit code. */
  protected override async catch(error: Error): Promise<void> {
    if (error instanceof ExitError) throw error
    if ('oclif' in error) {
      // A wrong flag or argument: @oclif/core prints it with the command's help.
      if (this.jsonEnabled()) this.logJson({ error: { code: 'ROUTER_USAGE', message: error.message } })
      throw error
    }
    const known =
      error instanceof RouterError
        ? error
        : new RouterError('ROUTER_INTERNAL', { reason: reasonOf(error) }, { cause: error })
    if (this.jsonEnabled()) this.logJson({ error: { code: known.code, message: known.message } })
    const { palette } = screenOf(process.stderr)
    console.error(`${palette.red(known.code)}: ${known.message}`)
    if (process.env.DEBUG) console.error(error.stack)
    else if (known.code === 'ROUTER_INTERNAL') console.error('Run it again with DEBUG=1 to see where.')
    throw new ExitError(known.exit)
  }
}

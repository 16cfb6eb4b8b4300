import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base.ts'

/** What the commands on a hub share. They work beside a running hub and, but for `serve`, without one. */
export abstract class HubCommand extends BaseCommand {
  static override baseFlags = {
    config: Flags.string({ hidden: true }),
    directory: Flags.directory({
      char: 'd',
      helpValue: 'DIR',
      default: '.router-hub',
      description: "The hub's folder: its database, unless that is a PostgreSQL server, and the published files",
    }),
    database: Flags.string({
      env: 'ROUTER_HUB_DATABASE',
      helpValue: 'URL',
      description: 'PostgreSQL, postgres://user:password@host/name. Default: an embedded one in the folder',
    }),
  }
}

/** One id in 64 begins with a dash, as flags do. */
const DASHED_ID = /^-[\w-]{21}$/
const MARK = 'id:'

/** What the commands on a member share: its id may begin with a dash. */
export abstract class HubMemberCommand extends HubCommand {
  static readonly member = Args.string({
    required: true,
    description: 'Its id, as `hub members list` shows it',
    parse: async (id) => (id.startsWith(MARK) ? id.slice(MARK.length) : id),
  })

  override async init(): Promise<void> {
    this.argv = this.argv.map((word) => (DASHED_ID.test(word) ? `${MARK}${word}` : word))
    await super.init()
  }
}

/** Where the flags say that the hub is. */
export async function placeOf(flags: { readonly directory: string; readonly database?: string | undefined }) {
  const { resolve } = await import('node:path')
  return { directory: resolve(flags.directory), ...(flags.database && { database: flags.database }) }
}

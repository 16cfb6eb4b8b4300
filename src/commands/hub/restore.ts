import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubRestore extends HubCommand {
  static override summary = 'Put a backup of a hub into an empty database.'
  static override description = 'All of it or, when anything is wrong, nothing. The hub must not run meanwhile.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> hub.backup',
    {
      description: 'Move from the embedded database to PostgreSQL',
      command: '<%= config.bin %> <%= command.id %> hub.backup --database postgres://hub:secret@db/hub',
    },
  ]
  static override args = { file: Args.string({ required: true, description: 'What `hub backup` wrote' }) }
  static override flags = { force: Flags.boolean({ description: 'Replace everything that is in the database' }) }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(HubRestore)
    const { resolve } = await import('node:path')
    const { restoreHub } = await import('../../hub/operator/restore.ts')
    const { rowCounts } = await import('../../terminal/views/hub-people.ts')
    const file = resolve(args.file)
    const rows = await restoreHub(await placeOf(flags), file, { force: flags.force })
    this.log(`Restored from ${file}: ${rowCounts(rows)}`)
    return { file, rows }
  }
}

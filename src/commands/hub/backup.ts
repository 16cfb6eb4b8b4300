import * as Args from '@oclif/core/args'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubBackup extends HubCommand {
  static override summary = 'Write everything that a hub knows into a file.'
  static override description =
    'As of one moment, while the hub runs. The file holds its signing key: keep it safe (mode 0600). `hub restore` puts it back, also from the embedded database ' +
    'into PostgreSQL or the other way round.'
  static override examples = ['<%= config.bin %> <%= command.id %> hub.backup']
  static override args = { file: Args.string({ required: true, description: 'Replaced if it is there' }) }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(HubBackup)
    const { resolve } = await import('node:path')
    const { withOperator } = await import('../../hub/operator/connect.ts')
    const { rowCounts } = await import('../../terminal/views/hub-people.ts')
    const file = resolve(args.file)
    const rows = await withOperator(await placeOf(flags), (hub) => hub.backup(file))
    this.log(`${file}: ${rowCounts(rows)}`)
    return { file, rows }
  }
}

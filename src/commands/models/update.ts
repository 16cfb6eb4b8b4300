import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class ModelsUpdate extends BaseCommand {
  static override summary = 'Update what is known of models and their prices.'
  static override description =
    "Reads a catalogue in the form of models.dev's api.json from a URL or a file and keeps it in the state folder. A running router takes it up at its next reload or start. When it cannot be read, what was known stays."
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> catalogue.json --sha256 9f86d081884c7d65...',
  ]
  static override args = {
    source: Args.string({ description: 'URL or file. Default: https://models.dev/api.json' }),
  }
  static override flags = {
    sha256: Flags.string({ helpValue: 'HEX', description: 'What the SHA-256 of the file must be' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(ModelsUpdate)
    const { config } = await loadForCommand(flags.config)
    const { makeStateDirectory } = await import('../../config/find.ts')
    const { SOURCE, updateModels } = await import('../../cli/models/update-models.ts')
    const report = await updateModels(makeStateDirectory(config), args.source ?? SOURCE, flags.sha256, Date.now())
    this.log(`${report.models} models of ${report.services} services, from ${report.source}`)
    this.log(`SHA-256 ${report.sha256}`)
    return report
  }
}

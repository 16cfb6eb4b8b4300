import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class ModelsUpdate extends BaseCommand {
  static override summary = 'Update what is known of models and their prices.'
  static override description =
    "Reads a catalogue in the form of models.dev's api.json from a URL or a file and keeps it in the state folder. A running router takes it up at its next reload or start. When it cannot be read, or is not what it should be, what was known stays."
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> catalogue.json --sha256 9f86d081884c7d65...',
    {
      description: 'Signed: the signature is api.json.sig beside it',
      command: '<%= config.bin %> <%= command.id %> https://models.example/api.json --public-key MCowBQYDK2VwAyEA...',
    },
  ]
  static override args = {
    source: Args.string({ description: "URL or file. Default: the configuration's, else https://models.dev/api.json" }),
  }
  static override flags = {
    sha256: Flags.string({ helpValue: 'HEX', description: 'What the SHA-256 of the file must be' }),
    'public-key': Flags.string({
      helpValue: 'KEY',
      description: "Ed25519 key, PEM or base64, that the file must be signed with. Default: the configuration's",
    }),
    signature: Flags.string({
      helpValue: 'URL|FILE',
      description: "The signature, detached. Default: the file's address with .sig at its end",
    }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(ModelsUpdate)
    const { config } = await loadForCommand(flags.config)
    const { makeStateDirectory } = await import('../../config/find.ts')
    const { updateModels } = await import('../../cli/models/update-models.ts')
    const publicKey = flags['public-key'] ?? config.catalogue.publicKey
    const asked = {
      source: args.source ?? config.catalogue.source,
      ...(flags.sha256 !== undefined && { sha256: flags.sha256 }),
      ...(publicKey !== undefined && { publicKey }),
      ...(flags.signature !== undefined && { signature: flags.signature }),
    }
    const report = await updateModels(makeStateDirectory(config), asked, Date.now())
    const state = report.unchanged ? 'unchanged since the last update' : `from ${report.source}`
    this.log(`${report.models} models of ${report.services} services, ${state}`)
    this.log(`SHA-256 ${report.sha256}${report.signed ? ', signed by the public key' : ''}`)
    return report
  }
}

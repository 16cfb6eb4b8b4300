import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class FederationPreview extends BaseCommand {
  static override summary = 'Show the next report byte for byte, and what is left out of it and why.'
  static override description =
    'Sends nothing. A running router saves what it counts each ten seconds: what is newer is not in it yet.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'The very bytes, to look at with other tools',
      command: '<%= config.bin %> <%= command.id %> --raw > report',
    },
  ]
  static override flags = {
    raw: Flags.boolean({ description: 'Only the bytes that would be sent, before gzip', exclusive: ['json'] }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(FederationPreview)
    const { config } = await loadForCommand(flags.config)
    const { federationPreview } = await import('../../cli/federation/preview.ts')
    const { json, text, bytes } = await federationPreview(config, Date.now())
    if (!flags.raw) this.log(text)
    else if (bytes) process.stdout.write(bytes)
    else console.error('There is nothing to send. See what is left out and why: router federation preview')
    return json
  }
}

import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class FederationLeave extends BaseCommand {
  static override summary = 'Leave the hub, and ask it to forget all that this router sent.'
  static override description =
    'A running router stops within seconds. What was already published as part of a figure of many cannot be taken back.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'When the hub is gone', command: '<%= config.bin %> <%= command.id %> --force' },
  ]
  static override flags = {
    force: Flags.boolean({ description: 'Leave even when the hub cannot be asked to forget' }),
    yes: Flags.boolean({ char: 'y', description: 'As for join; leaving asks nothing' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(FederationLeave)
    const { config } = await loadForCommand(flags.config)
    const { leaveCommand } = await import('../../cli/federation/leave.ts')
    return leaveCommand(config, flags.force, (text) => this.log(text))
  }
}

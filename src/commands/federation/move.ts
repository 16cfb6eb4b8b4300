import * as Args from '@oclif/core/args'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class FederationMove extends BaseCommand {
  static override summary = 'Follow the hub to another address, and stay the same member.'
  static override description =
    'The hub there must have the key that was pinned when joining, or one that this key signed as its successor, and know this member. Redirects for good ' +
    '(308) of a hub are followed without this, under the same conditions.'
  static override examples = ['<%= config.bin %> <%= command.id %> https://new.hub.example']
  static override args = {
    hub: Args.string({ required: true, description: "The hub's new address, such as https://new.hub.example" }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(FederationMove)
    const { config } = await loadForCommand(flags.config)
    const { moveCommand } = await import('../../cli/federation/move.ts')
    return moveCommand(config, args.hub, (text) => this.log(text))
  }
}

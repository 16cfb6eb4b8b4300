import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { CONTINENTS } from '../../federation/protocol/words.ts'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class FederationJoin extends BaseCommand {
  static override summary =
    'Join a hub: share small anonymous statistics, and get back a map of how endpoints do for others.'
  static override description =
    'Shows the terms, what would be shared and what never is, and asks. Nothing is sent before that but the question who the hub is. A running router takes part ' +
    'within seconds. What is sent can be looked at with "router federation preview" at any time; "router federation leave" ends it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> https://hub.example --invite cr1.xxxx.yyyy --continent EU',
    {
      description: 'A hub that takes members without an invite',
      command: '<%= config.bin %> <%= command.id %> https://hub.example --key AAAAAAAAAAAAAAAAAAAAAA',
    },
    {
      description: 'Without a terminal',
      command: '<%= config.bin %> <%= command.id %> https://hub.example --invite cr1.xxxx.yyyy --yes',
    },
  ]
  static override args = {
    hub: Args.string({ required: true, description: "The hub's address, such as https://hub.example" }),
  }
  static override flags = {
    invite: Flags.string({
      helpValue: 'CODE',
      description: 'From whoever runs the hub; some take members without, who work some seconds to be let in',
    }),
    key: Flags.string({
      helpValue: 'FINGERPRINT',
      description: "Of the hub's key, as its operator publishes it. Without an invite and this, it is shown and asked",
    }),
    continent: Flags.option({
      options: CONTINENTS,
      default: '-',
      description: 'Where this router stands; - does not say',
    })(),
    yes: Flags.boolean({ char: 'y', description: 'Agree without being asked' }),
    noise: Flags.boolean({
      allowNo: true,
      description: 'Add noise to what is sent. Default: yes, but for a private hub',
    }),
    insecure: Flags.boolean({ description: 'Allow a hub without TLS that is not on this machine, for tests' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(FederationJoin)
    const { config } = await loadForCommand(flags.config)
    const { joinCommand } = await import('../../cli/federation/join.ts')
    return joinCommand(config, args.hub, flags, { print: (text) => this.log(text), screen: this.screen })
  }
}

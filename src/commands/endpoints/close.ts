import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class EndpointsClose extends BaseCommand {
  static override summary =
    'Let the running router use an endpoint again at once, after what was wrong with it has been put right.'
  static override description = 'Closes its breakers and ends its rests. What was measured of it stays.'
  static override examples = ['<%= config.bin %> <%= command.id %> openai/gpt-4o']
  static override args = {
    endpoint: Args.string({ required: true, description: 'Its id, as `router endpoints` shows it' }),
  }
  static override flags = {
    url: Flags.string({
      helpValue: 'URL',
      description: 'Where the router listens, if it is not the one that this configuration was started with last',
    }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(EndpointsClose)
    const { config } = await loadForCommand(flags.config)
    const { askRouter } = await import('../../cli/endpoints/ask-router.ts')
    const state = await askRouter(
      config,
      flags.url,
      'POST',
      `endpoints/close?endpoint=${encodeURIComponent(args.endpoint)}`,
    )
    this.log(`${args.endpoint} is used again.`)
    return state as object
  }
}

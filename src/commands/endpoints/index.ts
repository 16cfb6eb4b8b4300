import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class Endpoints extends BaseCommand {
  static override summary =
    'Show the state of every endpoint of the running router: which are left out, why, and until when.'
  static override description =
    'Asks the router that was started last with this configuration, wherever it listens, else at `server.host` and `server.port`; with the first of `auth.keys`.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override flags = {
    url: Flags.string({
      helpValue: 'URL',
      description: 'Where the router listens, if it is not the one that this configuration was started with last',
    }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(Endpoints)
    const { config } = await loadForCommand(flags.config)
    const { askRouter } = await import('../../cli/endpoints/ask-router.ts')
    const { endpointsView } = await import('../../terminal/views/endpoints.ts')
    const endpoints = (await askRouter(config, flags.url, 'GET', 'endpoints')) as Parameters<typeof endpointsView>[0]
    this.log(endpointsView(endpoints, this.screen, Date.now()))
    return { endpoints }
  }
}

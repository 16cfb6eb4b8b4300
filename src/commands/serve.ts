import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from './base.ts'

export default class Serve extends BaseCommand {
  static override summary = 'Start the router.'
  static override description =
    'Answers on /v1 (OpenAI, Anthropic) and /api/v1 (OpenRouter). The config file is watched, and SIGHUP reads it again; SIGTERM and SIGINT let requests ' +
    'under way finish. Without a config file it takes the providers whose key variables are set, local servers, and a simulated one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -c router.yaml --port 8080',
    { description: 'Any free port', command: '<%= config.bin %> <%= command.id %> --port 0' },
  ]
  static override flags = {
    host: Flags.string({ helpValue: 'ADDRESS', description: 'Instead of server.host' }),
    port: Flags.integer({
      helpValue: 'PORT',
      char: 'p',
      min: 0,
      max: 65_535,
      description: 'Instead of server.port; 0 takes any free one',
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(Serve)
    const { serve } = await import('../cli/serve/serve.ts')
    await serve({
      load: async (again) => {
        const { config, found } = await loadForCommand(flags.config, { aside: again })
        const { withListen } = await import('../cli/serve/serve.ts')
        return { config: withListen(config, flags), found }
      },
      print: (text) => this.log(text),
      screen: this.screen,
    })
  }
}

import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class Models extends BaseCommand {
  static override summary =
    'Show the models that may be asked for: endpoints, prices, strategy, and what is known of them.'
  static override description = 'The figures are those of the last day; "router stats" shows more.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'What the providers themselves offer', command: '<%= config.bin %> <%= command.id %> --upstream' },
  ]
  static override flags = {
    upstream: Flags.boolean({ description: 'Ask every provider for its list of models instead' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(Models)
    const { config } = await loadForCommand(flags.config)
    const { withApp } = await import('../../cli/with-app.ts')
    const { modelsView, upstreamView } = await import('../../terminal/views/models.ts')
    if (flags.upstream) {
      const { askProviders } = await import('../../cli/models/ask-providers.ts')
      const providers = await withApp(config, askProviders)
      this.log(upstreamView(providers, this.screen))
      return { providers }
    }
    const { modelsReport } = await import('../../cli/models/models-report.ts')
    const models = await withApp(config, async (app) => modelsReport(app, Date.now()))
    this.log(modelsView(models, this.screen))
    return { models }
  }
}

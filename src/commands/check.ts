import { BaseCommand } from './base.ts'

export default class Check extends BaseCommand {
  static override summary = 'Check the configuration and report every problem at once.'
  static override description =
    'Reads the config file, its environment variables and the options of every plugin. Sends nothing to any provider. Exits with 3 when there is a problem.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> -c staging.yaml --json',
  ]
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(Check)
    const { checkEverything } = await import('../cli/check/check-everything.ts')
    const { checkView } = await import('../terminal/views/check.ts')
    const report = await checkEverything(flags.config)
    this.log(checkView(report, this.screen))
    if (report.valid) return report
    if (this.jsonEnabled()) this.logJson(report)
    return this.exit(3)
  }
}

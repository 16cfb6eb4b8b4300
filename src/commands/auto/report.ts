import * as Args from '@oclif/core/args'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class AutoReport extends BaseCommand {
  static override summary = 'Show what selectors saved, and what that did to quality.'
  static override description =
    'Reads the decision log. What always asking the best model would have cost, and how good it would have been, is estimated from the requests that it got, each weighted by one over its chance of getting it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'One selector', command: '<%= config.bin %> <%= command.id %> auto --json' },
  ]
  static override args = { selector: Args.string({ description: 'A model with "select". Default: all of them' }) }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(AutoReport)
    const { config } = await loadForCommand(flags.config)
    const { readAutoReport } = await import('../../cli/auto/read-report.ts')
    const { autoReportView } = await import('../../terminal/views/auto-report.ts')
    const selectors = await readAutoReport(config, args.selector)
    this.log(autoReportView(selectors, this.screen))
    return { selectors }
  }
}

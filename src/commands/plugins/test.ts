import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base.ts'

export default class PluginsTest extends BaseCommand {
  static override summary = 'Run the conformance checks on a plugin.'
  static override description = 'Nothing is sent anywhere. Exits with 4 when a check fails.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./plugins/acme.ts --options \'{ api_key: x, base_url: "http://localhost:9/v1" }\'',
    '<%= config.bin %> <%= command.id %> commonroute-plugin-x --json',
    { description: 'A plugin that comes with the router', command: '<%= config.bin %> <%= command.id %> weighted' },
  ]
  static override args = {
    plugin: Args.string({
      required: true,
      description: 'A built-in name, a package, or a file; from the folder of the config file',
    }),
  }
  static override flags = {
    options: Flags.string({
      helpValue: 'YAML',
      description: 'Its options. Default: the smallest that its schema allows',
    }),
    model: Flags.string({ helpValue: 'NAME', description: 'A model of the provider, where it matters' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(PluginsTest)
    const { testPlugin } = await import('../../cli/plugins/test-plugin.ts')
    const { plural } = await import('../../base/format/text.ts')
    const { green, red } = this.screen.palette
    const report = await testPlugin(args.plugin, flags, (check) => {
      this.log(
        check.passed
          ? `${green('✓')} ${check.name}`
          : `${red('✗')} ${check.name}\n    ${check.reason?.replaceAll('\n', '\n    ')}`,
      )
    })
    const failed = report.checks.filter((check) => !check.passed).length
    this.log(
      `\n${report.kind} ${report.name}: ${plural(report.checks.length - failed, 'check')} passed, ${failed} failed`,
    )
    if (failed === 0) return report
    if (this.jsonEnabled()) this.logJson(report)
    return this.exit(4)
  }
}

import { BaseCommand, loadForCommand } from '../base.ts'

export default class PluginsList extends BaseCommand {
  static override summary = 'List the plugins that the configuration can use.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(PluginsList)
    const { config } = await loadForCommand(flags.config)
    const { listPlugins } = await import('../../cli/plugins/list-plugins.ts')
    const { table } = await import('../../terminal/table.ts')
    const plugins = await listPlugins(config)
    const columns = [
      { title: 'kind' },
      { title: 'name' },
      { title: 'source', shrink: true },
      { title: 'description', shrink: true },
    ]
    const rows = plugins.map(({ kind, name, source, description }) => [kind, name, source, description])
    this.log(table(columns, rows, this.screen))
    return { plugins }
  }
}

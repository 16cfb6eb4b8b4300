import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from './base.ts'

export default class MapCommand extends BaseCommand {
  static override summary =
    'Show the map of endpoints that this router starts from, or any other: how each does for others.'
  static override description =
    'Of each model the best first: whoever is expected to give a good answer of 300 tokens soonest. Reads what a running router keeps, else asks where the map comes ' +
    'from. With --from any map can be looked at; with --key only one that this key signed.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {
      description: 'One model, also by region and class',
      command: '<%= config.bin %> <%= command.id %> llama-3.3-70b-instruct',
    },
    {
      description: 'A hub that was not joined',
      command: '<%= config.bin %> <%= command.id %> --from https://hub.example --csv',
    },
  ]
  static override args = {
    model: Args.string({ description: 'Any name of a model, or a part of it; default: all' }),
  }
  static override flags = {
    from: Flags.string({
      helpValue: 'URL|FILE',
      description: 'The map of this hub, or the one at this URL or in this file',
    }),
    key: Flags.string({
      helpValue: 'FINGERPRINT',
      dependsOn: ['from'],
      description: 'The key that must have signed it, or its fingerprint',
    }),
    'read-key': Flags.string({
      env: 'ROUTER_HUB_READ_KEY',
      helpValue: 'KEY',
      description: 'Of a private hub: `router hub read-key` shows it',
    }),
    csv: Flags.boolean({ exclusive: ['json'], description: 'Print every cell as CSV' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(MapCommand)
    const { readMapAt, readOwnMap } = await import('../cli/map/read-map.ts')
    const { cellsOf, mapReport } = await import('../cli/map/map-report.ts')
    const now = Date.now()
    const found =
      flags.from === undefined
        ? await readOwnMap((await loadForCommand(flags.config)).config, now)
        : await readMapAt(flags.from, { key: flags.key, readKey: flags['read-key'] })
    const report = mapReport(found, args.model, now)
    if (flags.csv) {
      const { mapCsv } = await import('../federation/protocol/view/map-csv.ts')
      process.stdout.write(
        mapCsv(
          cellsOf(found, report),
          report.models.flatMap(({ quality }) => quality),
        ),
      )
      return report
    }
    const { mapView } = await import('../terminal/views/map.ts')
    this.log(mapView(report, this.screen))
    return report
  }
}

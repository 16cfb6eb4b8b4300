import * as Flags from '@oclif/core/flags'
import type { Window } from '../outcomes/types.ts'
import { BaseCommand, loadForCommand } from './base.ts'

/** The windows that are kept, in seconds. */
const WINDOWS: Readonly<Record<string, Window>> = { '30s': 30, '5m': 300, '30m': 1800, '1d': 86_400 }

export default class Stats extends BaseCommand {
  static override summary = 'Show what the router measured: requests, success, times, tokens and cost per endpoint.'
  static override description =
    'Reads the stats that a running or an earlier router saved; a running one saves every few seconds.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --model small --window 5m',
    {
      description: 'What the router expects of every endpoint',
      command: '<%= config.bin %> <%= command.id %> --beliefs',
    },
  ]
  static override flags = {
    window: Flags.option({ options: Object.keys(WINDOWS), default: '1d', description: 'How far back' })(),
    model: Flags.string({ char: 'm', helpValue: 'NAME', description: 'Only the endpoints of this model' }),
    class: Flags.boolean({ description: 'A line for every workload class of an endpoint' }),
    beliefs: Flags.boolean({
      description: 'Show what is believed instead: mean, spread, evidence and where it comes from',
    }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(Stats)
    const { config } = await loadForCommand(flags.config)
    const { withApp } = await import('../cli/with-app.ts')
    const { requireModel } = await import('../cli/require-model.ts')
    const { statsReport } = await import('../cli/stats/stats-report.ts')
    const { beliefsView, statsView } = await import('../terminal/views/stats.ts')
    if (flags.model !== undefined) requireModel(config, flags.model)
    const now = Date.now()
    const query = {
      window: WINDOWS[flags.window] ?? 86_400,
      byClass: flags.class,
      beliefs: flags.beliefs,
      flushMs: config.stats.flushMs,
      ...(flags.model !== undefined && { model: flags.model }),
    }
    const report = await withApp(config, async ({ book, endpoints, catalogue }) => {
      const known = [...catalogue.known().values()].flatMap(({ name, routes }) =>
        routes.map(({ endpoint }) => ({ endpoint, model: name, simulated: false })),
      )
      // What the catalogue knows is not listed by itself, which would be hundreds of rows of beliefs.
      const asked = new Set(book.endpoints().map(({ endpoint }) => endpoint))
      return statsReport(book, [...endpoints, ...known.filter(({ endpoint }) => asked.has(endpoint.id))], query, now)
    })
    this.log((flags.beliefs ? beliefsView : statsView)(report, this.screen, now))
    return report
  }
}

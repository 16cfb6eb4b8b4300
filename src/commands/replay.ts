import * as Flags from '@oclif/core/flags'
import { BaseCommand } from './base.ts'

export default class Replay extends BaseCommand {
  static override summary = 'Find out what other strategies would have done, from records.'
  static override description =
    'A panel holds the outcome of every endpoint in every round; a world holds the outcome of every endpoint for every request. Both are played ' +
    'through the real planner, health and beliefs on a virtual clock, and a strategy sees the outcome of its own choices only.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --panel panel.csv --objective t200 --strategies adaptive,latency',
    {
      description: 'A new site that knows what the others measured',
      command: '<%= config.bin %> <%= command.id %> --panel new.csv --prior old.csv --leave-one-site-out',
    },
    {
      description: 'A recorded world, the sites sharing a map, with every choice written down',
      command: '<%= config.bin %> <%= command.id %> --world world/ --map --strategies adaptive --choices choices.ndjson',
    },
  ]
  static override flags = {
    panel: Flags.string({
      helpValue: 'FILE',
      description: 'CSV: model,site,round,time_utc,endpoint,ok,ttft_s,tokens_per_s',
      exclusive: ['world'],
    }),
    world: Flags.string({ helpValue: 'DIR', description: 'Folder with world.json and a site-<id>.ndjson for every site' }),
    strategies: Flags.string({
      char: 's',
      helpValue: 'A,B',
      description: 'Built-in names or specifiers of plugins; all that are built in by default',
    }),
    seeds: Flags.integer({
      helpValue: 'N',
      min: 1,
      max: 10_000,
      description: 'Runs of each strategy; 50 for a panel, 1 for a world by default',
    }),
    objective: Flags.option({
      options: ['ttft', 't200'] as const,
      default: 'ttft',
      description: 'What is lost in a panel: time to the first token, or to 200 tokens',
    })(),
    prior: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['panel'],
      description: 'Panel whose measurements are what the strategies believe at first',
    }),
    'leave-one-site-out': Flags.boolean({ dependsOn: ['prior'], description: 'Make the prior of a site from the other sites only' }),
    history: Flags.string({ helpValue: 'FILE', dependsOn: ['panel'], description: 'Panel that each site has measured itself before' }),
    map: Flags.boolean({ dependsOn: ['world'], description: 'Share one prior among the sites, made anew every hour' }),
    choices: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['world'],
      description: 'Write every request’s attempts as a line of JSON; needs one strategy',
    }),
    report: Flags.string({ helpValue: 'FILE', description: 'Write a self-contained HTML report' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(Replay)
    const { replayCommand } = await import('./support/replay-command.ts')
    const { text, json } = await replayCommand(flags, this.screen)
    this.log(text)
    return json
  }
}

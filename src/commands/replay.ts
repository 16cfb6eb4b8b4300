import * as Flags from '@oclif/core/flags'
import { BaseCommand } from './base.ts'

export default class Replay extends BaseCommand {
  static override summary = 'Find out what other strategies would have done, from records.'
  static override description =
    'A panel holds the outcome of every endpoint in every round; a world holds the outcome of every endpoint for every request. Both are played ' +
    'through the real planner, health and beliefs on a virtual clock, and a strategy sees the outcome of its own choices only. A decision log holds ' +
    'the outcome of what was chosen; from it, strategies are estimated by their overlap with the logged choices, or said to be beyond it. Right and wrong answers of two models show how often a model selector can do with the cheaper one.'
  static override usage = '<%= command.id %> --panel FILE | --world DIR | --log DIR | --correctness FILE [FLAGS]'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --panel panel.csv --objective t200 --strategies adaptive,latency',
    {
      description: 'A new site that knows what the others measured',
      command: '<%= config.bin %> <%= command.id %> --panel new.csv --prior old.csv --leave-one-site-out',
    },
    {
      description: 'A recorded world, the sites sharing a map, with every choice written down',
      command:
        '<%= config.bin %> <%= command.id %> --world world/ --map --strategies adaptive --choices choices.ndjson',
    },
    {
      description: 'What other strategies would have made of the last week’s requests',
      command:
        '<%= config.bin %> <%= command.id %> --log .router/outcomes --since 7d --strategies adaptive,latency,price',
    },
    {
      description: 'How often a cheaper model is good enough',
      command: '<%= config.bin %> <%= command.id %> --correctness answers.csv',
    },
  ]
  static override flags = {
    panel: Flags.string({
      helpValue: 'FILE',
      description: 'CSV of model, site, round, time_utc, endpoint, ok, ttft_s, tokens_per_s',
      exclusive: ['world', 'log', 'correctness'],
    }),
    world: Flags.string({
      helpValue: 'DIR',
      description: 'Folder with world.json and a site-<id>.ndjson for every site',
      exclusive: ['log', 'correctness'],
    }),
    log: Flags.string({
      helpValue: 'DIR',
      description: 'Folder of a decision log (log.outcomes.path in the configuration)',
      exclusive: ['correctness'],
    }),
    correctness: Flags.string({
      helpValue: 'FILE',
      description:
        'CSV: benchmark,subject,prompt_chars and a 0/1 column for a cheap and a strong model: plays a model selector',
      exclusive: ['strategies', 'objective'],
    }),
    strategies: Flags.string({
      char: 's',
      helpValue: 'A,B',
      description: 'Built-in names or specifiers of plugins; all that are built in by default',
    }),
    seeds: Flags.integer({
      helpValue: 'N',
      min: 1,
      max: 10_000,
      description: 'Runs of each strategy; 50 for a panel, 1 for a world, 20 for a log, 6 to 10 for answers by default',
    }),
    objective: Flags.option({
      options: ['ttft', 't200', 'total'] as const,
      description:
        'What is lost: time to the first token, to 200 tokens, or to the whole answer; ttft for a panel, total for a log by default',
    })(),
    prior: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['panel'],
      description: 'Panel whose measurements are what the strategies believe at first',
    }),
    'leave-one-site-out': Flags.boolean({
      dependsOn: ['prior'],
      description: 'Make the prior of a site from the other sites only',
    }),
    history: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['panel'],
      description: 'Panel that each site has measured itself before',
    }),
    map: Flags.boolean({ dependsOn: ['world'], description: 'Share one prior among the sites, made anew every hour' }),
    choices: Flags.string({
      helpValue: 'FILE',
      dependsOn: ['world'],
      description: 'Write every request’s attempts as a line of JSON; needs one strategy',
    }),
    since: Flags.string({
      helpValue: 'DURATION',
      dependsOn: ['log'],
      description: 'Only requests of the last 7d, 12h, ...',
    }),
    model: Flags.string({
      char: 'm',
      helpValue: 'NAME',
      dependsOn: ['log'],
      description: 'Only requests that this model answered',
    }),
    'value-of-time': Flags.string({
      helpValue: 'USD',
      dependsOn: ['log'],
      description:
        'What an hour of waiting costs; value_of_time of routing.strategy in the configuration by default, else 0.72',
    }),
    report: Flags.string({ helpValue: 'FILE', description: 'Write a self-contained HTML report' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(Replay)
    const { replayCommand } = await import('../cli/replay/replay-command.ts')
    const { text, json } = await replayCommand(flags, this.screen)
    this.log(text)
    return json
  }
}

import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BENCH_OPERATIONS } from '../cli/bench/operations-to-measure.ts'
import { BaseCommand, loadForCommand } from './base.ts'

export default class Bench extends BaseCommand {
  static override summary =
    'Measure endpoints with real requests: time to first token, speed, total time, errors, cost.'
  static override description =
    'Sends real requests to every endpoint in turn, without retries: streaming chats, or a small fixed input for images, speech, transcripts, reranking and the like. This costs what such requests cost. The results count as the router’s own experience. Ctrl-C ends early and shows what there is.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> small --requests 30 --concurrency 4',
    {
      description: 'Every request as a line of CSV',
      command: '<%= config.bin %> <%= command.id %> --endpoint groq/llama-3.3-70b --csv > groq.csv',
    },
  ]
  static override strict = false
  static override args = { model: Args.string({ description: 'Models whose endpoints to measure. Default: all' }) }
  static override flags = {
    endpoint: Flags.string({
      char: 'e',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ID',
      description: 'Measure this endpoint; may be given more than once',
    }),
    requests: Flags.integer({
      char: 'n',
      default: 10,
      min: 1,
      max: 100_000,
      helpValue: 'N',
      description: 'Requests to each endpoint',
    }),
    concurrency: Flags.integer({
      default: 2,
      min: 1,
      max: 512,
      helpValue: 'N',
      description: 'Requests under way at once, over all endpoints',
    }),
    'prompt-tokens': Flags.integer({
      default: 250,
      min: 1,
      max: 1_000_000,
      helpValue: 'N',
      description: 'Length of the made-up prompt, about',
      exclusive: ['prompt'],
    }),
    'max-output-tokens': Flags.integer({
      default: 200,
      min: 2,
      helpValue: 'N',
      description: 'Longest answer; one token would measure no speed',
    }),
    operation: Flags.string({
      options: [...BENCH_OPERATIONS],
      helpValue: 'OPERATION',
      description: `Ask for this, with a small fixed input: ${BENCH_OPERATIONS.join(', ')}. Default: what the endpoint is used for, else a chat`,
    }),
    prompt: Flags.string({ helpValue: 'TEXT', description: 'Ask this instead of a made-up prompt' }),
    timeout: Flags.string({ default: '60s', helpValue: 'DURATION', description: 'Longest time for one request' }),
    yes: Flags.boolean({ char: 'y', description: 'Go ahead although it may cost more than $1' }),
    csv: Flags.boolean({ description: 'Print every request as CSV', exclusive: ['json'] }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { argv, flags } = await this.parse(Bench)
    const { config } = await loadForCommand(flags.config)
    const { benchCommand } = await import('../cli/bench/bench-command.ts')
    const { csv, exit, report, text } = await benchCommand(config, { ...flags, models: argv as string[] }, this.screen)
    this.log(flags.csv ? csv : text)
    if (exit === 0) return report
    if (this.jsonEnabled()) this.logJson(report)
    return this.exit(exit)
  }
}

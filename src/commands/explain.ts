import * as Args from '@oclif/core/args'
import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from './base.ts'

export default class Explain extends BaseCommand {
  static override summary = 'Explain one request: candidates, scores, exclusions, attempts, and why.'
  static override description =
    'Reads the decision log. The id is the one in the answer, in its header x-generation-id, or the upstream provider’s own.'
  static override examples = [
    { description: 'The newest request', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'One request', command: '<%= config.bin %> <%= command.id %> gen-1767323045-x7Rk2' },
  ]
  static override args = { id: Args.string({ description: 'Id of the request. Default: the newest one' }) }
  static override flags = { last: Flags.boolean({ description: 'Explain the newest request of a client' }) }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(Explain)
    const { RouterError } = await import('../base/errors.ts')
    if (flags.last && args.id !== undefined)
      throw new RouterError('ROUTER_USAGE', { reason: 'Give an id or --last, not both.' })
    const { config } = await loadForCommand(flags.config)
    const { findDecision } = await import('../cli/explain/find-decision.ts')
    const { explainView } = await import('../terminal/views/explain.ts')
    const { storyOf } = await import('../terminal/views/story.ts')
    const { recordToLine } = await import('../outcomes/log/decision-log.ts')
    const record = await findDecision(config, args.id)
    this.log(explainView(record, this.screen))
    return { summary: storyOf(record), ...JSON.parse(recordToLine(record)) }
  }
}

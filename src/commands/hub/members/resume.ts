import * as Args from '@oclif/core/args'
import { HubCommand, placeOf } from '../hub-command.ts'

export default class HubMembersResume extends HubCommand {
  static override summary = 'Take a suspended member back.'
  static override description = 'An id that begins with a dash goes after `--`.'
  static override examples = ['<%= config.bin %> <%= command.id %> 6WxH0b3cT9mJt5u2Kd8Lqg']
  static override args = {
    member: Args.string({ required: true, description: 'Its id, as `hub members list` shows it' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(HubMembersResume)
    const { withOperator } = await import('../../../hub/operator/connect.ts')
    await withOperator(await placeOf(flags), (hub) => hub.resume(args.member))
    this.log(`${args.member}: is taken back`)
    return { member: args.member, status: 'active' }
  }
}

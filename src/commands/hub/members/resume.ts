import { HubMemberCommand, placeOf } from '../hub-command.ts'

export default class HubMembersResume extends HubMemberCommand {
  static override summary = 'Take a suspended member back.'
  static override examples = ['<%= config.bin %> <%= command.id %> 6WxH0b3cT9mJt5u2Kd8Lqg']
  static override args = {
    member: HubMemberCommand.member,
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

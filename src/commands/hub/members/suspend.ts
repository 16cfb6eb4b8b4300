import { HubMemberCommand, placeOf } from '../hub-command.ts'

export default class HubMembersSuspend extends HubMemberCommand {
  static override summary = "Refuse a member's reports and alarms, and leave out what it sent."
  static override examples = ['<%= config.bin %> <%= command.id %> 6WxH0b3cT9mJt5u2Kd8Lqg']
  static override args = {
    member: HubMemberCommand.member,
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(HubMembersSuspend)
    const { withOperator } = await import('../../../hub/operator/connect.ts')
    await withOperator(await placeOf(flags), (hub) => hub.suspend(args.member))
    this.log(`${args.member}: reports and alarms are refused, and what it sent is left out from the next map on`)
    return { member: args.member, status: 'suspended' }
  }
}

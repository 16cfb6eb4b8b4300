import * as Args from '@oclif/core/args'
import { RouterError } from '../../../base/errors.ts'
import { HubMemberCommand, placeOf } from '../hub-command.ts'

export default class HubMembersTrust extends HubMemberCommand {
  static override summary = "Set what a member's word weighs."
  static override description =
    '1 vouches for it: it counts by itself, apart from others with the same invite. 0 silences it. `auto` goes back to age and agreement. It counts ' +
    'from the next map on.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> 6WxH0b3cT9mJt5u2Kd8Lqg 1',
    '<%= config.bin %> <%= command.id %> 6WxH0b3cT9mJt5u2Kd8Lqg auto',
  ]
  static override args = {
    member: HubMemberCommand.member,
    trust: Args.string({ required: true, description: '0 to 1, or auto' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { args, flags } = await this.parse(HubMembersTrust)
    const trust = args.trust === 'auto' ? null : Number(args.trust)
    if (trust !== null && !(trust >= 0 && trust <= 1))
      throw new RouterError('ROUTER_USAGE', { reason: 'The trust must be 0 to 1, or auto.' })
    const { withOperator } = await import('../../../hub/operator/connect.ts')
    await withOperator(await placeOf(flags), (hub) => hub.trust(args.member, trust))
    this.log(
      `${args.member}: ${trust === null ? 'trust comes from age and agreement' : `trust is ${trust}`} from the next map on`,
    )
    return { member: args.member, trust }
  }
}

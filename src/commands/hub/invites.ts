import * as Flags from '@oclif/core/flags'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubInvites extends HubCommand {
  static override summary = 'List invites, or revoke one.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --revoke 3fa94c01b2d7 --json',
  ]
  static override flags = {
    revoke: Flags.string({ helpValue: 'ID', description: 'Nobody can join with it any more; who has joined stays' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(HubInvites)
    const { withOperator } = await import('../../hub/operator/connect.ts')
    const { invitesTable } = await import('../../terminal/views/hub-people.ts')
    const { revoke } = flags
    const invites = await withOperator(await placeOf(flags), async (hub) => {
      if (revoke !== undefined) await hub.revoke(revoke)
      return hub.invites()
    })
    this.log(invitesTable(invites, Date.now() / 1000, this.screen))
    return { invites }
  }
}

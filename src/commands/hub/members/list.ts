import { HubCommand, placeOf } from '../hub-command.ts'

export default class HubMembersList extends HubCommand {
  static override summary = 'Show who is enrolled, and what their word weighs.'
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json']
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(HubMembersList)
    const { withOperator } = await import('../../../hub/operator/connect.ts')
    const { membersTable } = await import('../../../terminal/views/hub-people.ts')
    const members = await withOperator(await placeOf(flags), (hub) => hub.members())
    this.log(membersTable(members, Date.now() / 1000, this.screen))
    return { members }
  }
}

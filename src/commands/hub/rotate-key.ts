import { HubCommand, placeOf } from './hub-command.ts'

export default class HubRotateKey extends HubCommand {
  static override summary = 'Give the hub another signing key, which the one before signs.'
  static override description =
    'Processes that run take it within a quarter of a minute. Members that joined with the old key go on with the new one by themselves, and ' +
    'invites that name the old one stay good. If the old key has been stolen this is not enough: whoever has it can name another successor. Then start a ' +
    'new hub, and tell the members.'
  static override examples = ['<%= config.bin %> <%= command.id %>']
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(HubRotateKey)
    const { withOperator } = await import('../../hub/operator/connect.ts')
    const rotated = await withOperator(await placeOf(flags), (hub) => hub.rotateKey())
    this.log(`${rotated.after} comes after ${rotated.before}. Processes that run take it within a quarter of a minute.`)
    return rotated
  }
}

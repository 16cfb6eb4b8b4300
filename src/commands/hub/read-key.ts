import * as Flags from '@oclif/core/flags'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubReadKey extends HubCommand {
  static override summary = 'Show the key with which a private hub is read without being a member.'
  static override description =
    'For its page (a browser asks for a name and a password: any name, and this), `GET /v1/map` and /metrics (as a bearer token). Members need none: they ' +
    'sign what they ask for.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    { description: 'Another in its place', command: '<%= config.bin %> <%= command.id %> --new' },
  ]
  static override flags = {
    new: Flags.boolean({ description: 'Make another one; the one before opens nothing any more' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(HubReadKey)
    const { withOperator } = await import('../../hub/operator/connect.ts')
    const key = await withOperator(await placeOf(flags), (hub) => hub.readKey(flags.new))
    this.log(key)
    return { read_key: key }
  }
}

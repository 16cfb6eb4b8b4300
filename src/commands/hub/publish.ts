import * as Flags from '@oclif/core/flags'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubPublish extends HubCommand {
  static override summary = 'Write everything that may be read of a hub as files, for any file server or CDN.'
  static override description =
    "The signed map, the same as JSON and CSV, each model's endpoints, incidents, history, and the pages; each file whole or not at all, with .br and .gz beside it. What is the " +
    'same stays untouched, and what is no longer there is removed, of files that this wrote. `hub serve --publish DIR` does it all the time, with the signed incidents.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dir /var/www/hub',
    {
      description: 'From PostgreSQL',
      command: '<%= config.bin %> <%= command.id %> --dir public --database postgres://hub:secret@db/hub',
    },
  ]
  static override flags = {
    dir: Flags.string({ required: true, helpValue: 'DIR', description: 'Made if it is not there' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(HubPublish)
    const { resolve } = await import('node:path')
    const { withOperator } = await import('../../hub/operator/connect.ts')
    const { hubFacts } = await import('../../cli/hub/hub-facts.ts')
    const directory = resolve(flags.dir)
    const known = { facts: await hubFacts() }
    const facts = await withOperator(await placeOf(flags), (hub) => hub.publish(directory), known)
    const map = facts.epoch === null ? 'there is no map yet' : `map of epoch ${facts.epoch}`
    this.log(`${directory}: ${facts.files} files, ${facts.written} written, ${facts.removed} removed; ${map}`)
    return { directory, ...facts }
  }
}

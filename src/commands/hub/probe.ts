import * as Flags from '@oclif/core/flags'
import { BaseCommand } from '../base.ts'

export default class HubProbe extends BaseCommand {
  static override summary = 'Measure endpoints for a hub, from this machine.'
  static override description =
    'Sends small real requests with the keys in FILE, within its daily budget, and hands on how they went. The hub publishes them as probes of this place. ' +
    'The first start needs an invite: `router hub invite --role prober` on the hub. A hub that is away gets everything later. SIGTERM and SIGINT end it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> --hub https://hub.example --config probes.yaml --invite cr1....',
    '<%= config.bin %> <%= command.id %> --hub https://hub.example --config probes.yaml',
  ]
  static override baseFlags = {
    config: Flags.string({
      char: 'c',
      helpValue: 'FILE',
      description: 'A configuration with `providers` and `probes` (docs/hub.md). Default: ./probes.yaml',
    }),
  }
  static override flags = {
    hub: Flags.string({ required: true, helpValue: 'URL', description: 'Address of the hub' }),
    invite: Flags.string({ helpValue: 'CODE', description: 'For the first start' }),
    directory: Flags.directory({
      char: 'd',
      helpValue: 'DIR',
      default: '.router-prober',
      description: 'Its folder: its key, what it spent today, what waits',
    }),
    insecure: Flags.boolean({ description: 'Allow http:// to another machine' }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(HubProbe)
    const { probeHub } = await import('../../cli/hub/probe-hub.ts')
    const { createProberLog } = await import('../../cli/hub/prober-log.ts')
    await probeHub({
      ...flags,
      config: flags.config ?? 'probes.yaml',
      log: await createProberLog(),
      print: (text) => this.log(text),
      screen: this.screen,
    })
  }
}

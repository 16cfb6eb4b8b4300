import * as Flags from '@oclif/core/flags'
import { BaseCommand, loadForCommand } from '../base.ts'

export default class FederationStatus extends BaseCommand {
  static override summary =
    'Show how the membership of a hub, or a map without one, does: reports, map, trust, incidents, and what went wrong.'
  static override description =
    'Reads what a running or an earlier router wrote, and asks the hub what it thinks of this member.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --offline --json',
  ]
  static override flags = { offline: Flags.boolean({ description: 'Do not ask the hub' }) }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(FederationStatus)
    const { config } = await loadForCommand(flags.config)
    const { federationStatus } = await import('../../cli/federation/status.ts')
    const { federationStatusView } = await import('../../terminal/views/federation.ts')
    const now = Date.now()
    const { openMapInUse } = await import('../../cli/federation/membership.ts')
    const open = openMapInUse(config)
    if (open) {
      const { openMapStatus } = await import('../../cli/federation/open-status.ts')
      const { openMapStatusView } = await import('../../terminal/views/open-map.ts')
      const report = openMapStatus(open.directory, open.map, config.federation.enabled, now)
      this.log(openMapStatusView(report, this.screen, now))
      return report
    }
    const report = await federationStatus(config, flags.offline, now)
    this.log(federationStatusView(report, this.screen, now))
    return report
  }
}

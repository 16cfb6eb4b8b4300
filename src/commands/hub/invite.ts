import * as Flags from '@oclif/core/flags'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubInvite extends HubCommand {
  static override summary = 'Make invites for routers to join.'
  static override description =
    'An invite counts as one member, however many join with it: give each party its own. It is shown once; the hub keeps only its hash. `router hub invites` lists and revokes them.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --note "ACME, Berlin" --expires 30d',
    { description: 'Three parties that you know', command: '<%= config.bin %> <%= command.id %> --count 3 --vouched' },
    { description: 'A prober of yours elsewhere', command: '<%= config.bin %> <%= command.id %> --role prober' },
    { description: 'One party with twenty routers', command: '<%= config.bin %> <%= command.id %> --uses 20' },
  ]
  static override flags = {
    count: Flags.integer({ char: 'n', min: 1, max: 1000, default: 1, helpValue: 'N', description: 'Invites to make' }),
    uses: Flags.integer({
      helpValue: 'N',
      min: 1,
      max: 100_000,
      default: 1,
      description: 'Routers that may join with each; together they count as one',
    }),
    expires: Flags.string({ helpValue: 'DURATION', default: '7d', description: 'How long they are good for' }),
    vouched: Flags.boolean({
      description: 'You know who it is: full trust from the first day instead of after a month',
    }),
    role: Flags.option({
      options: ['member', 'prober'] as const,
      default: 'member',
      description: 'What they may do: a member reports, a prober measures for the hub (`router hub probe`)',
    })(),
    note: Flags.string({ helpValue: 'TEXT', description: 'For your own memory; members never see it' }),
  }
  static override enableJsonFlag = true

  override async run(): Promise<object> {
    const { flags } = await this.parse(HubInvite)
    const { withOperator } = await import('../../hub/operator/connect.ts')
    const { secondsOf } = await import('../../cli/hub/serve-hub.ts')
    const { count, uses, vouched, note, role } = flags
    const lifetimeS = secondsOf('--expires', flags.expires)
    const invited = await withOperator(await placeOf(flags), (hub) =>
      hub.invite({ count, uses, vouched, note, role, lifetimeS }),
    )
    const { url = 'https://YOUR-HUB' } = invited
    for (const code of invited.codes)
      this.log(
        role === 'prober'
          ? `router hub probe --hub ${url} --config probes.yaml --invite ${code}`
          : `router federation join ${url} --invite ${code}`,
      )
    if (invited.isGuessed && invited.url !== undefined)
      this.logToStderr(
        `${invited.url} is where the hub listens on its machine. Say where members reach it: router hub serve --public-url`,
      )
    return { invites: invited.codes, hub: invited.url ?? null }
  }
}

import * as Flags from '@oclif/core/flags'
import { ABOUT_FLAGS } from './about-flags.ts'
import { HubCommand, placeOf } from './hub-command.ts'

export default class HubServe extends HubCommand {
  static override summary = 'Run a hub: routers that join share anonymous statistics through it.'
  static override description =
    'With nothing else installed it keeps its database in its folder. With --database any number of processes share a PostgreSQL server. The epoch, k and ' +
    '--private are fixed at the first start, since members agree to them when they join. SIGTERM and SIGINT let requests under way finish.'
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --name "Our hub" --public-url https://hub.example.com',
    { description: 'For the routers of one company', command: '<%= config.bin %> <%= command.id %> --private' },
    { description: 'To try it out: small and fast', command: '<%= config.bin %> <%= command.id %> --k 3 --epoch 2m' },
    { description: 'Measuring endpoints itself', command: '<%= config.bin %> <%= command.id %> --probes probes.yaml' },
    {
      description: 'On PostgreSQL',
      command: 'ROUTER_HUB_DATABASE=postgres://hub:secret@db/hub <%= config.bin %> <%= command.id %> --port 4101',
    },
  ]
  static override flags = {
    host: Flags.string({
      helpValue: 'ADDRESS',
      default: '127.0.0.1',
      description: 'Address to listen on; put a proxy with TLS in front of any other',
    }),
    port: Flags.integer({
      char: 'p',
      min: 0,
      max: 65_535,
      default: 4100,
      helpValue: 'PORT',
      description: '0 takes any free one',
    }),
    name: Flags.string({ helpValue: 'TEXT', description: 'What it calls itself' }),
    'public-url': Flags.string({ helpValue: 'URL', description: 'Where members reach it, for what `invite` prints' }),
    epoch: Flags.string({
      helpValue: 'DURATION',
      description: 'Members report this often; at least 2s. Default at the first start: 1h; private: 1m',
    }),
    k: Flags.integer({
      helpValue: 'N',
      min: 1,
      description: 'Enrolments that a published figure needs. Default at the first start: 5; private: 1',
    }),
    private: Flags.boolean({
      allowNo: true,
      description:
        "One company's or some friends' routers: exact reports each minute, k 1, incidents at 2 members, and nobody else may read it",
    }),
    publish: Flags.string({
      helpValue: 'DIR',
      description: 'Keep everything that may be read here, too, as files for a file server or a CDN',
    }),
    ...ABOUT_FLAGS,
    'open-enrolment': Flags.boolean({
      allowNo: true,
      description:
        'Let routers join without an invite, by some work; all of them count as one party until their reports agree with others. Remembered',
    }),
    probes: Flags.string({
      helpValue: 'FILE',
      description: 'Measure endpoints itself: a configuration with `providers` and `probes` (docs/hub.md)',
    }),
    'metrics-key': Flags.string({
      env: 'ROUTER_HUB_METRICS_KEY',
      helpValue: 'KEY',
      description: 'Who sends it as a bearer token may read /metrics from elsewhere',
    }),
    'trust-proxy': Flags.string({
      helpValue: 'ADDRESS',
      multiple: true,
      description: 'Addresses or networks of proxies whose X-Forwarded-For is believed',
    }),
  }

  override async run(): Promise<void> {
    const { flags } = await this.parse(HubServe)
    const { serveHub } = await import('../../cli/hub/serve-hub.ts')
    await serveHub({ ...flags, place: await placeOf(flags), print: (text) => this.log(text), screen: this.screen })
  }
}

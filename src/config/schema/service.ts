import { count, duration, list, pluginUse, type SchemaNode, section, size, text } from './values.ts'

export const server = section(
  'Where the router listens, and its limits.',
  {
    host: text('Address to listen on. An address that is reachable from outside needs `auth.keys`.', {
      default: '127.0.0.1',
    }),
    port: { type: 'integer', minimum: 0, maximum: 65_535, default: 4000, description: 'TCP port; 0 takes a free one.' },
    workers: {
      type: ['integer', 'string'],
      minimum: 1,
      maximum: 64,
      pattern: '^(auto|[1-9]|[1-5][0-9]|6[0-4])$',
      expects: 'a whole number from 1 to 64, or auto',
      default: 1,
      description:
        'Processes that answer requests on the one port; `auto`: one for each core. With more than one, another process holds what they learn and share.',
    },
    max_connections: count(
      'Connections of clients at once, in each process. The longest idle one is closed for a new one; when none is idle, the new one is answered 503 with `Retry-After`. Default: half of the file descriptors that the process may have, at most 16384.',
      { maximum: 1_000_000 },
    ),
    body_limit: size('Largest request body.', '32mb', '1kb', '1gb'),
    upload_limit: size(
      'Largest body that is passed on as it comes: a file, a part of an upload, or anything under `/providers/`.',
      '512mb',
      '1kb',
      '64gb',
    ),
    stream_buffer: size(
      'Memory for events of streams that have not arrived whole, such as images, over all streams. One event may have 64 MB.',
      '256mb',
      '1mb',
      '64gb',
    ),
    realtime: section(
      'Sessions over WebSockets (`/v1/realtime`).',
      {
        sessions: count('Sessions at once, in each process.', { default: 256, maximum: 100_000 }),
        sessions_per_key: count('Of one client key, at once. Default: as many as there may be.', { maximum: 100_000 }),
        frame_limit: size('Largest message, either way.', '16mb', '1kb', '256mb'),
        idle: duration('A session in which nobody says anything for so long is closed.', '15m', '1s', '24h'),
        max_duration: duration('And one that has lasted so long.', '60m', '1s', '24h'),
      },
      { default: {} },
    ),
    drain_delay: duration(
      'How long requests are still taken after SIGTERM, while `/ready` says 503, so that balancers learn of it. Default: 5s when `host` is reachable from outside, else none.',
      undefined,
      '0s',
      '1h',
    ),
    drain_timeout: duration('How long requests may then finish before they are cut.', '30s', '0s', '1h'),
    allowed_hosts: list(
      'Further names that the router goes by, without a port. While there are no `auth.keys` it answers to no others than these, `host` and this machine itself, so that no web page can bind its name to it.',
      text('A name, or `*.example` for all below it.', {
        pattern: '^[^\\s:/]+$',
        expects: 'a name without a port, such as router.lan or *.lan',
      }),
      { default: [] },
    ),
    allowed_origins: list(
      'Browser extensions and the like that may use a router without `auth.keys`, by their origin.',
      text('An origin, `moz-extension://*` for all of a scheme, or `null` for files.', {
        pattern: '^(null|[a-zA-Z][a-zA-Z0-9+.-]*:(//\\S*)?)$',
        expects: 'an origin, such as chrome-extension://abcdef, or null',
      }),
      { default: [] },
    ),
  },
  { default: {} },
)

export const stats = section(
  'What the router learns from the outcomes of requests, and where it is kept.',
  {
    store: pluginUse('Store plugin.', { default: 'lowdb' }),
    path: text("File of the `lowdb` store, relative to the config file's folder.", { default: '.router/stats.json' }),
    flush: duration('How often stats are written; at most this much is lost in a crash.', '10s', '100ms', '1h'),
    max_cells: count('Largest number of (endpoint, workload class) cells; the least recently used ones go first.', {
      default: 5000,
      maximum: 1_000_000,
    }),
    prior: text(
      "JSON file with what others measured of the endpoints, relative to the config file's folder: believed until there are outcomes of one's own. Its format is in docs/strategies.md.",
    ),
  },
  { default: {} },
)

const outcomes: SchemaNode = section(
  'The decision log: one line per request, no prompts and no keys. `false` switches it off.',
  {
    path: text("Folder of the log files, relative to the config file's folder.", { default: '.router/outcomes' }),
    keep: duration('Files older than this are deleted.', '7d', '1m', '3650d'),
    max_size: size('All files together; the oldest are deleted first.', '256mb', '1mb', '1024gb'),
  },
  { type: ['object', 'boolean'], not: { const: true }, expects: 'a mapping of its keys, or false', default: {} },
)

export const log = section(
  'What is written down.',
  {
    level: {
      type: 'string',
      enum: ['trace', 'debug', 'info', 'warn', 'error', 'silent'],
      default: 'info',
      description: "Lowest level of the router's own log.",
    },
    format: {
      type: 'string',
      enum: ['auto', 'json', 'pretty'],
      default: 'auto',
      description:
        "The log's form on stderr: `json`, one line per entry with pino's levels (10 trace, 20 debug, 30 info, 40 warn, 50 error), or `pretty`, for people. `auto`: `pretty` on a terminal.",
    },
    outcomes,
  },
  { default: {} },
)

export const observers = list(
  'Observer plugins: they get the record of every request after its answer.',
  pluginUse('An observer.', {
    properties: {
      id: text('Name in logs, needed when one plugin is used twice. Default: the name of the plugin.'),
      ...pluginUse('').properties,
    },
  }),
  { default: [] },
)

export const plugins = list(
  'Further plugins to load: packages, or files such as `./plugins/acme.ts`, relative to the config file. They are then used by the name they declare.',
  text('A package or file.'),
  { default: [] },
)

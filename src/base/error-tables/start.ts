import { type ErrorEntry, entry } from './entry.ts'

/** Of starting it, and of commands. */
export const START_ERRORS = {
  // Configuration
  ROUTER_CONFIG_NOT_FOUND: entry(500, 3, 'server', 'There is no config file at {path}.'),
  ROUTER_CONFIG_UNREADABLE: entry(500, 3, 'server', 'The config file {path} cannot be read: {reason}.'),
  ROUTER_IMPORT_FAILED: entry(500, 3, 'server', 'The file cannot be imported: {reason}.'),
  ROUTER_FILE_EXISTS: entry(500, 3, 'server', 'There is a file {path} already; it is left as it is.'),
  ROUTER_SECRET_UNREADABLE: entry(500, 3, 'server', '{reason}.'),
  ROUTER_CONFIG_INVALID: entry(500, 3, 'server', 'The configuration has {count}:\n{problems}'),
  ROUTER_PUBLIC_WITHOUT_KEYS: entry(
    500,
    3,
    'server',
    'server.host {host} is reachable from outside, but auth.keys is empty. Set auth.keys, or listen on 127.0.0.1.',
  ),
  ROUTER_PROXY: entry(
    500,
    3,
    'server',
    '{name} in the environment is not the URL of an HTTP proxy, such as http://proxy.example:3128.',
  ),
  // Plugins
  ROUTER_PLUGIN_NOT_FOUND: entry(500, 4, 'server', 'The plugin {plugin} was not found{where}. {remedy}'),
  ROUTER_PLUGIN_BROKEN: entry(500, 4, 'server', 'The plugin {plugin} cannot be loaded{where}: {reason}. {remedy}'),
  ROUTER_PLUGIN_INVALID: entry(500, 4, 'server', 'The plugin {plugin} is not usable{where}: {reason}. {remedy}'),
  ROUTER_PLUGIN_OPTIONS: entry(500, 4, 'server', 'The options of plugin {plugin} are wrong{where}: {reason}.'),
  ROUTER_STRATEGY_FAILED: entry(
    500,
    4,
    'server',
    'The strategy plugin {strategy} failed: {reason}. Tell its author, or choose another strategy.',
  ),
  // State on disk
  ROUTER_STATE_UNWRITABLE: entry(
    500,
    5,
    'server',
    'The state folder {path} cannot be written: {reason}. Make it writable, or move what holds it.',
  ),
  ROUTER_STATE_EXPOSED: entry(
    500,
    5,
    'server',
    'Others may write to the state folder {path} (mode {mode}), and it belongs to user {uid}. Make it yours (chown), or take their right (chmod 700).',
  ),
  ROUTER_STATE_LOCKED: entry(500, 5, 'server', '{path} is in use by process {pid}.'),
  ROUTER_STATS_UNREADABLE: entry(500, 5, 'server', 'The stats file {path} cannot be read: {reason}.'),
  ROUTER_PRIOR_UNREADABLE: entry(500, 3, 'server', 'The prior {path} (stats.prior) cannot be used: {reason}.'),
  ROUTER_MODELS_UPDATE: entry(
    500,
    6,
    'server',
    'The catalogue of models cannot be updated from {source}: {reason}. What was known stays.',
  ),
  // Commands
  ROUTER_USAGE: entry(400, 2, 'invalid_request', '{reason}'),
  ROUTER_LISTEN: entry(500, 6, 'server', 'Cannot listen on {address}: {reason}.'),
  ROUTER_NOT_REACHED: entry(
    503,
    6,
    'server',
    'No router answers at {address}: {reason}. Is it running, with this configuration?',
  ),
  ROUTER_REPLAY_DATA: entry(400, 2, 'invalid_request', 'The data {place} cannot be replayed: {reason}.'),
  ROUTER_BENCH_FAILED: entry(500, 6, 'server', 'No endpoint answered: {reason}.'),
} as const satisfies Record<string, ErrorEntry>

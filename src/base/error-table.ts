/**
 * Every error that reaches a person, in one table: code, HTTP status, exit code, canonical `error_type` and text.
 * `{name}` in a text is filled from the details given.
 */

/** OpenRouter's canonical error types, stable over all dialects. */
export type ErrorType =
  | 'authentication'
  | 'content_policy_violation'
  | 'context_length_exceeded'
  | 'invalid_request'
  | 'not_found'
  | 'payload_too_large'
  | 'payment_required'
  | 'permission_denied'
  | 'provider_overloaded'
  | 'provider_unavailable'
  | 'rate_limit_exceeded'
  | 'server'
  | 'timeout'
  | 'unmapped'

interface ErrorEntry {
  readonly status: number
  readonly exit: number
  readonly type: ErrorType
  readonly text: string
}

const entry = (status: number, exit: number, type: ErrorType, text: string): ErrorEntry => ({
  status,
  exit,
  type,
  text,
})

/** Exit codes: 1 unexpected, 2 usage, 3 configuration, 4 plugin, 5 state on disk, 6 network or server. */
export const ERRORS = {
  ROUTER_INTERNAL: entry(500, 1, 'server', 'The router failed: {reason}.'),
  // Requests
  ROUTER_BAD_JSON: entry(400, 1, 'invalid_request', 'The request body is not valid JSON: {reason}.'),
  ROUTER_BAD_FORM: entry(400, 1, 'invalid_request', 'The request body is not a valid multipart form: {reason}.'),
  ROUTER_BAD_REQUEST: entry(400, 1, 'invalid_request', '{reason}'),
  ROUTER_TOO_DEEP: entry(400, 1, 'invalid_request', 'The request body is nested too deep.'),
  ROUTER_BODY_TOO_LARGE: entry(
    413,
    1,
    'payload_too_large',
    'The request body is larger than {limit} bytes (server.body_limit).',
  ),
  ROUTER_BODY_CODING: entry(
    415,
    1,
    'invalid_request',
    'A request body with content-encoding "{coding}" is not taken. Send it plain, or as one of these: {known}.',
  ),
  ROUTER_BODY_UNREADABLE: entry(
    400,
    1,
    'invalid_request',
    'The request body says content-encoding {coding}, and is not readable as such.',
  ),
  ROUTER_UNAUTHENTICATED: entry(401, 1, 'authentication', '{reason}'),
  ROUTER_BYOK_DENIED: entry(
    403,
    1,
    'permission_denied',
    'This API key may not bring keys of providers (x-router-provider-key). The operator allows it by `byok: true` at the key, in auth.keys.',
  ),
  ROUTER_BYOK_HEADER: entry(
    400,
    1,
    'invalid_request',
    'The header x-router-provider-key is not well formed. Write PROVIDER=KEY, at most 16 of them with commas in between, one for each provider.',
  ),
  ROUTER_BYOK_PROVIDER: entry(400, 1, 'invalid_request', 'No key of your own is taken for "{provider}": {reason}.'),
  ROUTER_BYOK_REFUSED: entry(
    401,
    1,
    'authentication',
    'The provider "{provider}" refused the key that you sent for it: {reason}',
  ),
  ROUTER_CROSS_ORIGIN: entry(
    403,
    1,
    'permission_denied',
    'A web page at {origin} may not use a router that has no auth.keys. Set auth.keys, and send one. An extension may be named in server.allowed_origins.',
  ),
  ROUTER_FOREIGN_HOST: entry(
    403,
    1,
    'permission_denied',
    'A router that has no auth.keys does not answer to the name {host}. Name it in server.allowed_hosts, or set auth.keys.',
  ),
  ROUTER_NO_ROUTE: entry(404, 1, 'not_found', 'There is nothing at {method} {path}.'),
  ROUTER_NO_WEBSOCKET: entry(
    400,
    2,
    'invalid_request',
    '{path} is for WebSockets, and this request asks for none: a proxy in between may have left the header "upgrade" out.',
  ),
  ROUTER_MODEL_NOT_FOUND: entry(404, 1, 'not_found', 'The model "{model}" is not configured.{hint}'),
  ROUTER_NO_SUCH_ENDPOINT: entry(
    404,
    2,
    'not_found',
    'No endpoint "{endpoint}" is configured. `router endpoints` shows them all.',
  ),
  ROUTER_NO_ENDPOINTS: entry(404, 1, 'not_found', 'No endpoint of "{model}" is eligible: {reason}.'),
  ROUTER_NOT_KEPT: entry(400, 1, 'invalid_request', 'No endpoint can honour "{field}": {reason}. {remedy}'),
  ROUTER_PREVIOUS_RESPONSE_NOT_FOUND: entry(400, 1, 'invalid_request', "Previous response with id '{id}' not found."),
  ROUTER_RESPONSE_NOT_FOUND: entry(404, 1, 'not_found', "Response with id '{id}' not found."),
  ROUTER_RESPONSE_NOT_REACHED: entry(
    501,
    1,
    'server',
    'The response "{id}" is kept by {provider}, to which only requests for a model can be sent.',
  ),
  ROUTER_THREAD_NOT_FOUND: entry(
    400,
    1,
    'invalid_request',
    '{field}: no endpoint that can be asked keeps a thread with the message "{id}". {remedy}',
  ),
  ROUTER_GENERATION_NOT_FOUND: entry(404, 1, 'not_found', 'No request "{id}" is on record.{hint}'),
  ROUTER_CONTENT_NOT_KEPT: entry(
    404,
    1,
    'not_found',
    'The content of "{id}" was not kept: the router stores neither prompts nor answers. GET generation?id= has all else.',
  ),
  ROUTER_SEARCH_BUSY: entry(
    503,
    1,
    'provider_overloaded',
    'Too much is being looked up in the decision log. Try again in a moment.',
  ),
  ROUTER_UPSTREAM_REFUSED: entry(400, 1, 'invalid_request', '{reason}'),
  ROUTER_ALL_FAILED: entry(502, 1, 'provider_unavailable', 'All endpoints failed: {reason}'),
  ROUTER_ALL_LIMITED: entry(503, 1, 'provider_overloaded', 'All endpoints are rate limited or overloaded: {reason}'),
  ROUTER_NO_PASSTHROUGH: entry(
    404,
    1,
    'not_found',
    'Nothing is passed through to the provider "{provider}". Its `passthrough: true` in the configuration would allow it.',
  ),
  ROUTER_PASSTHROUGH_DENIED: entry(
    403,
    1,
    'permission_denied',
    'This API key may not use /providers/{provider}/ (passthrough.keys).',
  ),
  ROUTER_BAD_PATH: entry(400, 1, 'invalid_request', 'The path is not passed on: {reason}.'),
  ROUTER_METHOD_NOT_ALLOWED: entry(405, 1, 'invalid_request', '{method} is not passed on.'),
  ROUTER_RELAY_BUSY: entry(
    503,
    1,
    'provider_overloaded',
    'Too many requests are being passed through to the provider "{provider}" (passthrough.concurrency). Try again in a moment.',
  ),
  ROUTER_RELAY_FAILED: entry(502, 1, 'provider_unavailable', 'The provider "{provider}" did not answer: {reason}.'),
  ROUTER_UPLOAD_TOO_LARGE: entry(
    413,
    1,
    'payload_too_large',
    'The request body is larger than {limit} bytes (server.upload_limit).',
  ),
  ROUTER_TOO_MANY_SESSIONS: entry(
    429,
    1,
    'rate_limit_exceeded',
    'Too many realtime sessions at once: {limit} ({key}). Close one, or try again later.',
  ),
  ROUTER_NO_RESOURCE: entry(404, 1, 'not_found', 'No {kind} "{id}" is on record.'),
  ROUTER_NO_RESOURCES: entry(
    501,
    1,
    'not_found',
    'No provider of this router is known to have {resource}. Name one that has: ?provider=ID',
  ),
  ROUTER_WHICH_PROVIDER: entry(
    400,
    1,
    'invalid_request',
    'Several providers have {resource}: {providers}. Name one: ?provider=ID, or the header x-router-provider.',
  ),
  ROUTER_TIMED_OUT: entry(
    504,
    1,
    'timeout',
    'The total time of the request was used up before an endpoint could be asked.',
  ),
  ROUTER_DRAINING: entry(503, 1, 'provider_overloaded', 'The router is shutting down.'),
  ROUTER_STREAM_CUT: entry(502, 1, 'provider_unavailable', 'The answer broke off: {reason}'),
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
  // Federation
  ROUTER_FEDERATION_STATE: entry(
    500,
    5,
    'server',
    'The membership in {path} cannot be used: {reason}. Restore the file, or remove it and join again.',
  ),
  ROUTER_FEDERATION_NOT_JOINED: entry(
    400,
    2,
    'invalid_request',
    'This router has joined no hub. Join one: router federation join HUB --invite CODE',
  ),
  ROUTER_FEDERATION_JOINED: entry(
    400,
    2,
    'invalid_request',
    'This router has joined {hub}. Leave that hub first: router federation leave',
  ),
  ROUTER_FEDERATION_INVITE: entry(400, 2, 'invalid_request', 'The invite cannot be used: {reason}.'),
  ROUTER_FEDERATION_HUB: entry(500, 6, 'server', 'The hub {hub} cannot be used: {reason}.'),
  ROUTER_FEDERATION_MAP: entry(500, 6, 'server', 'The map {from} cannot be used: {reason}.'),
  ROUTER_FEDERATION_NO_MAP: entry(
    400,
    2,
    'invalid_request',
    'This router has no map{reason}. Use one without joining (federation.map and federation.key), join a hub (router federation join HUB --invite CODE), or look at any: router map --from URL',
  ),
  ROUTER_FEDERATION_NO_MODEL: entry(404, 2, 'not_found', 'The map says nothing of "{model}".{hint}'),
  ROUTER_FEDERATION_REFUSED: entry(500, 6, 'server', 'The hub {hub} refuses ({code}): {reason}'),
  // The hub
  ROUTER_HUB_DATABASE: entry(500, 5, 'server', "The hub's database cannot be used: {reason}."),
  ROUTER_HUB_DATABASE_NEWER: entry(
    500,
    5,
    'server',
    'A newer version of the hub has been at work in this database. Upgrade this one.',
  ),
  ROUTER_HUB_SETTINGS: entry(500, 3, 'server', '{reason}'),
  ROUTER_HUB_PROBES: entry(500, 3, 'server', 'Nothing can be measured for the hub: {reason}.'),
  ROUTER_HUB_NO_HUB: entry(
    404,
    2,
    'not_found',
    'There is no hub here yet. Start it with `router hub serve`, in the same --directory or --database.',
  ),
  ROUTER_HUB_NOT_PRIVATE: entry(
    400,
    2,
    'invalid_request',
    'Anybody may read this hub: it has no read key. One has been started with `router hub serve --private`.',
  ),
  ROUTER_HUB_BUSY: entry(503, 5, 'server', 'The hub (process {pid}) is starting, or ending. Try again in a moment.'),
  ROUTER_HUB_NO_MEMBER: entry(
    404,
    2,
    'not_found',
    'No member "{member}" is enrolled. `router hub members list` shows who is.',
  ),
  ROUTER_HUB_NO_INVITE: entry(
    404,
    2,
    'not_found',
    'There is no invite "{invite}". `router hub invites` shows them all.',
  ),
  ROUTER_HUB_PUBLISH: entry(500, 5, 'server', 'The files cannot be published in {directory}: {reason}.'),
  ROUTER_HUB_BACKUP: entry(500, 5, 'server', 'The backup {path} cannot be {action}: {reason}.'),
  ROUTER_HUB_NOT_EMPTY: entry(
    400,
    5,
    'server',
    "The hub's database is not empty. Give --force to replace all that is in it by the backup.",
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

export type ErrorCode = keyof typeof ERRORS

import { type ErrorEntry, entry } from './entry.ts'

/** Of its membership of a hub, and of the hub. */
export const FEDERATION_ERRORS = {
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
} as const satisfies Record<string, ErrorEntry>

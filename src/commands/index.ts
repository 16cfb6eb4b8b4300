import AutoReport from './auto/report.ts'
import Bench from './bench.ts'
import Check from './check.ts'
import EndpointsClose from './endpoints/close.ts'
import Endpoints from './endpoints/index.ts'
import Explain from './explain.ts'
import FederationJoin from './federation/join.ts'
import FederationLeave from './federation/leave.ts'
import FederationMove from './federation/move.ts'
import FederationPreview from './federation/preview.ts'
import FederationStatus from './federation/status.ts'
import HubBackup from './hub/backup.ts'
import HubInvite from './hub/invite.ts'
import HubInvites from './hub/invites.ts'
import HubMembersList from './hub/members/list.ts'
import HubMembersResume from './hub/members/resume.ts'
import HubMembersSuspend from './hub/members/suspend.ts'
import HubMembersTrust from './hub/members/trust.ts'
import HubProbe from './hub/probe.ts'
import HubPublish from './hub/publish.ts'
import HubReadKey from './hub/read-key.ts'
import HubRestore from './hub/restore.ts'
import HubRotateKey from './hub/rotate-key.ts'
import HubServe from './hub/serve.ts'
import ImportLitellm from './import/litellm.ts'
import MapCommand from './map.ts'
import Models from './models/index.ts'
import ModelsUpdate from './models/update.ts'
import PluginsList from './plugins/list.ts'
import PluginsTest from './plugins/test.ts'
import Providers from './providers.ts'
import Replay from './replay.ts'
import Serve from './serve.ts'
import Stats from './stats.ts'

/** Every command by its id, as @oclif/core's explicit strategy wants it. */
export const COMMANDS = {
  'auto:report': AutoReport,
  bench: Bench,
  check: Check,
  endpoints: Endpoints,
  'endpoints:close': EndpointsClose,
  explain: Explain,
  'federation:join': FederationJoin,
  'federation:leave': FederationLeave,
  'federation:move': FederationMove,
  'federation:preview': FederationPreview,
  'federation:status': FederationStatus,
  'hub:backup': HubBackup,
  'hub:invite': HubInvite,
  'hub:invites': HubInvites,
  'hub:members:list': HubMembersList,
  'hub:members:resume': HubMembersResume,
  'hub:members:suspend': HubMembersSuspend,
  'hub:members:trust': HubMembersTrust,
  'hub:probe': HubProbe,
  'hub:publish': HubPublish,
  'hub:read-key': HubReadKey,
  'hub:restore': HubRestore,
  'hub:rotate-key': HubRotateKey,
  'hub:serve': HubServe,
  'import:litellm': ImportLitellm,
  map: MapCommand,
  models: Models,
  'models:update': ModelsUpdate,
  'plugins:list': PluginsList,
  'plugins:test': PluginsTest,
  providers: Providers,
  replay: Replay,
  serve: Serve,
  stats: Stats,
}

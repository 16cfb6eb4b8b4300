/**
 * The plugin contract of Commonroute, exported as `commonroute/plugin`.
 *
 * An adapter describes requests and never opens a socket; a strategy is pure and synchronous, so that the same code
 * serves live traffic and replay. In-tree plugins use nothing that a third party's cannot.
 */
export { type BodyEdits, editBody } from '../base/json/edit-body.ts'
export type { DataPolicy } from './contract/data-policy.ts'
export type { Capabilities, Endpoint, Price, PriceTier, Rates } from './contract/endpoint.ts'
export type { PassthroughCall, PassthroughTarget, Resource } from './contract/passthrough.ts'
export {
  API_VERSION,
  defineObserver,
  defineProvider,
  defineStore,
  defineStrategy,
  type Observer,
  type Plugin,
  type PluginContext,
  type PluginKind,
  type PluginLog,
  type RouterEvent,
  type StatsStore,
} from './contract/plugin.ts'
export {
  type BodyPieces,
  type Failure,
  type ModelPage,
  NotPrepared,
  type ProviderAdapter,
  type ProviderCall,
  type Service,
  type ServiceFacts,
  type UpstreamRequest,
  type UpstreamResponse,
} from './contract/provider.ts'
export type { Quirks, ReasoningForm, ReasoningKnob, TextRule } from './contract/quirks.ts'
export { conditionsOf, RATE_NAMES, readConditions } from './contract/rates.ts'
export type {
  AttemptRecord,
  CandidateRecord,
  CheckRecord,
  Exclusion,
  ModelCandidate,
  ModelSelection,
  Outcome,
  RequestRecord,
  Usage,
} from './contract/record.ts'
export { CANDIDATE_FIELDS, type Field, type Fields, RECORD_FIELDS } from './contract/record-fields.ts'
export { type RecordRow, recordToRow, rowToRecord } from './contract/record-row.ts'
export type { HealthDelta, HomeDelta, LimitDelta, OutcomeDelta, OwnedDelta, StateDelta } from './contract/state.ts'
export type {
  Belief,
  Candidate,
  EffectivePrice,
  PreparedRanking,
  Ranked,
  RecentOutcome,
  RouteRequest,
  RoutingStrategy,
} from './contract/strategy.ts'
export {
  type Framing,
  type JsonObject,
  OPERATIONS,
  type Operation,
  OUTCOME_KINDS,
  type OutcomeKind,
  type Wire,
} from './contract/words.ts'

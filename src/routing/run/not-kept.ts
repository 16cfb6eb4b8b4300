import { RouterError } from '../../base/errors.ts'
import type { Exclusion } from '../../plugins/api.ts'
import { HELD_REASONS } from '../plan/filter.ts'
import type { Call, Reference } from '../ports.ts'
import type { Step } from '../resolve/resolve.ts'
import { notEligible } from './verdict.ts'

/** What a client can do instead. */
const REMEDIES: Readonly<Record<Reference['kind'], string>> = {
  response:
    'Send the items of the conversation, with "store": false, or let the router keep answers (responses.store).',
  item: 'Send the items themselves, with "store": false.',
  compaction: 'Send the items that it stands for.',
  conversation: 'Send the items of the conversation.',
  prompt: 'Send what the prompt says as "instructions" and "input".',
  background: 'Leave "background" out.',
  thread: 'Send all messages, without "thread".',
  file: 'Send the data itself.',
}

/**
 * The error for a request that nobody can answer since what it refers to is kept by none of the endpoints; undefined
 * where that is not the reason, or another time would help.
 */
export function notKept(
  { held, operation, wire }: Call,
  steps: readonly Step[],
  excluded: readonly Exclusion[],
): RouterError | undefined {
  if (!held) return undefined
  const { field, id = '', kind } = held.reference
  const because = excluded.find(({ reason }) => reason === HELD_REASONS[kind])
  if (!because || excluded.some(({ reason }) => reason === 'rate_limited' || reason === 'breaker')) return undefined
  const models = steps.map(({ model }) => model.name)
  const { extra } = notEligible(models, excluded, undefined)
  const isSpoken = steps.some(({ model }) =>
    model.routes.some(({ provider }) => provider.adapter.wires[operation]?.includes(wire)),
  )
  const remedy = REMEDIES[kind]
  if (kind === 'thread')
    // What its clients understand: they send all messages again, in a new thread.
    return new RouterError(
      'ROUTER_THREAD_NOT_FOUND',
      { field, id, remedy, param: field },
      { extra: { ...extra, details: { error_code: 'thread_not_found' } } },
    )
  if (kind === 'response' && held.keeper === undefined && (isSpoken || held.isSought))
    return new RouterError(
      'ROUTER_PREVIOUS_RESPONSE_NOT_FOUND',
      { id, param: field, apiCode: 'previous_response_not_found' },
      { extra },
    )
  return new RouterError(
    'ROUTER_NOT_KEPT',
    { field, reason: because.detail, remedy, param: field, apiCode: 'unsupported_parameter' },
    { extra },
  )
}

import type { EncodedCall } from '../codec.ts'
import type { PlannedRoute } from '../plan/planned-route.ts'
import type { AnswerHead } from '../ports.ts'
import type { AttemptContext } from './context.ts'

const EVENT_STREAM = 'text/event-stream; charset=utf-8'
const JSON_TYPE = 'application/json; charset=utf-8'
/** Things left out that a warning names. */
const NAMED = 8

/** How an attempt's answer begins. `contentType`: where it is not the usual one. */
export function answerHead(
  { call }: AttemptContext,
  { endpoint }: PlannedRoute,
  { wire, dropped }: EncodedCall,
  { begun, overheadMs }: { readonly begun: number; readonly overheadMs: number },
  contentType = call.stream ? EVENT_STREAM : JSON_TYPE,
): AnswerHead {
  return {
    status: 200,
    contentType,
    endpoint: endpoint.id,
    attempts: begun,
    overheadMs,
    generationId: call.id,
    translated: wire !== call.wire,
    ...(dropped && { headers: { 'x-router-warning': warningOf(dropped) } }),
  }
}

/** Of many, the first are named. */
function warningOf(dropped: readonly string[]): string {
  const named = [...new Set(dropped)]
  const rest = named.length > NAMED ? ` and ${named.length - NAMED} more` : ''
  return `left out, since this endpoint has no form for it: ${named.slice(0, NAMED).join(', ')}${rest}`
}

import { createEndpointStates } from '../reports/endpoint-states.ts'
import { createFeedback } from '../reports/feedback.ts'
import { createReports } from '../reports/reports.ts'
import type { Engine } from '../routing/engine.ts'
import type { ServerParts } from '../server/parts.ts'
import type { AppState } from './sharing.ts'

/** What the server tells of the router, and what is said of its answers. */
export function createReporting(
  engine: Engine,
  state: AppState,
  { startedAt = Date.now(), ready }: { readonly startedAt?: number | undefined; readonly ready: () => boolean },
): Pick<ServerParts, 'endpoints' | 'feedback' | 'reports'> {
  const find: AppState['find'] = (id, signal) => state.find(id, signal)
  return {
    endpoints: createEndpointStates(engine),
    reports: createReports({ engine, book: state.book, startedAt, ready, find }),
    feedback: createFeedback({
      quality: state.book.quality,
      find,
      write: (line) => state.write(line),
      now: Date.now,
    }),
  }
}

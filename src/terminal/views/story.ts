import { time } from '../../base/format/numbers.ts'
import { plural, printable } from '../../base/format/text.ts'
import type { AttemptRecord, OutcomeKind, RequestRecord } from '../../plugins/api.ts'
import { selectionStory } from './selection-story.ts'

/** What an attempt did, as the rest of a sentence that begins with the endpoint. */
const DEEDS: Readonly<Record<OutcomeKind, (attempt: AttemptRecord, after: string, stream: boolean) => string>> = {
  ok: (attempt, after, stream) =>
    !stream || attempt.ttftMs === undefined || attempt.ttftMs >= attempt.totalMs
      ? `answered in ${after}`
      : `answered in ${after}, with the first token after ${time(attempt.ttftMs)}`,
  caller_invalid: (_, after) => `rejected the request as invalid after ${after}`,
  caller_too_long: (_, after) => `rejected the request as too long after ${after}`,
  caller_cancelled: ({ message }, after) =>
    `was cancelled after ${after}, because ${message ?? 'the client went away'}`,
  policy_refused: (_, after) => `refused the request by its content policy after ${after}`,
  provider_auth: (attempt, after) => `rejected the router's credentials${status(attempt)} after ${after}`,
  provider_billing: (attempt, after) => `refused for a billing reason${status(attempt)} after ${after}`,
  provider_not_found: (attempt, after) => `did not know the model${status(attempt)} after ${after}`,
  provider_rate_limited: (attempt, after) => `was rate limited${status(attempt)} after ${after}`,
  provider_overloaded: (attempt, after) => `was overloaded${status(attempt)} after ${after}`,
  provider_error: (attempt, after) =>
    attempt.status === undefined || attempt.status < 400
      ? `failed after ${after}`
      : `answered ${attempt.status} after ${after}`,
  provider_timeout_connect: (_, after) => `could not be connected to within ${after}`,
  provider_timeout_first_token: (_, after) => `gave no first token within ${after}`,
  provider_timeout_response: (_, after) => `gave no answer within ${after}`,
  provider_timeout_idle: (_, after) => `fell silent in mid-answer and was given up after ${after}`,
  provider_network: (_, after) => `could not be reached (network failure after ${after})`,
  provider_truncated: (_, after) => `broke off in mid-answer after ${after}`,
  provider_empty: (_, after) => `gave an empty answer after ${after}`,
  provider_malformed: (_, after) => `gave an answer that is not what was asked for after ${after}`,
  router_error: (_, after) => `was lost to a fault in the router itself after ${after}`,
}

const status = (attempt: AttemptRecord): string =>
  attempt.status === undefined || attempt.status < 400 ? '' : ` (${attempt.status})`

/** What happened to a request, in plain words and whole sentences. */
export function storyOf(record: RequestRecord): string {
  const [first, ...others] = record.attempts
  if (first === undefined) return nothingSent(record)
  const deed = (attempt: AttemptRecord) => DEEDS[attempt.kind](attempt, time(attempt.totalMs), record.stream)
  const why = record.candidates.find((candidate) => candidate.endpoint === first.endpoint)?.why
  const sentences = [`${first.endpoint} was tried first${why ? ` because: ${why}` : ''}. It ${deed(first)}.`]
  let previous = first
  for (const attempt of others) {
    sentences.push(
      attempt.endpoint === previous.endpoint
        ? `Tried again, it ${deed(attempt)}.`
        : `Then ${attempt.endpoint} ${deed(attempt)}.`,
    )
    previous = attempt
  }
  if (record.delivered) sentences.push('Nobody did better, so that the client got that answer.')
  else if (record.kind !== 'ok' && record.attempts.length > 1)
    sentences.push(`After ${plural(record.attempts.length, 'attempt')} the client got an error.`)
  const selection = record.selection && selectionStory(record.selection)
  if (selection) sentences.unshift(selection)
  if (record.model !== record.requestedModel)
    sentences.unshift(`The client asked for ${record.requestedModel} and was served from ${record.model}.`)
  return printable(sentences.join(' '))
}

function nothingSent(record: RequestRecord): string {
  if (record.kind === 'caller_cancelled') return 'The client went away before anything was sent to an endpoint.'
  if (record.candidates.length > 0) return `Nothing was sent to an endpoint; the request ended as ${record.kind}.`
  if (record.excluded.length === 0)
    return `Nothing was sent to an endpoint, since ${printable(record.requestedModel)} has none.`
  const reasons = record.excluded.map(({ endpoint, reason }) => `${endpoint} (${reason})`)
  return printable(`Nothing was sent to an endpoint, since every one was excluded: ${reasons.join(', ')}.`)
}

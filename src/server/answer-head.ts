import type { AnswerHead } from '../routing/ports.ts'
import type { Head } from './write-head.ts'

/** What every answer says of itself. `requestId`: the client's own name for the request, else ours. */
export function answerHead(answer: AnswerHead, requestId: string): Head {
  const head: Head = {
    'content-type': answer.contentType,
    'x-router-endpoint': headerText(answer.endpoint),
    'x-router-attempts': answer.attempts,
    'x-router-overhead-ms': answer.overheadMs.toFixed(3),
    'x-generation-id': answer.generationId,
    'x-request-id': requestId,
  }
  const more = answer.headers
  for (const name in more) head[name] = sentence(more[name]!)
  return head
}

/** Of a stream that begins with a sign of life, before there is an answer. */
export const earlyHead = (generationId: string): Head => ({
  'content-type': 'text/event-stream; charset=utf-8',
  'x-generation-id': generationId,
})

/** Proxies in between must not collect a stream. */
export function asStream(head: Head): Head {
  head['cache-control'] = 'no-cache'
  head['x-accel-buffering'] = 'no'
  return head
}

/** Names of models may hold anything; in a header, what is no visible ASCII is percent-encoded. */
export const headerText = (text: string) => (VISIBLE.test(text) ? text : encodeURI(text.toWellFormed()))

const VISIBLE = /^[\x21-\x7e]*$/

/** Words with spaces between them, which stay. */
const sentence = (text: string) => text.split(' ').map(headerText).join(' ')

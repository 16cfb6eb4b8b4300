/**
 * `openai-responses` <-> `openai-chat`. What is changed, left out or refused is listed in `request-to-hub.ts` and
 * `request-from-hub.ts`.
 */
import type { Converter, StreamConverter } from '../../../converter.ts'
import { refuse } from '../../../untyped.ts'
import { requestToHub } from './request-to-hub.ts'
import { responseFromHub } from './response-from-hub.ts'
import { StreamFromHub } from './stream-from-hub.ts'

export const responsesConverter: Converter = {
  wire: 'openai-responses',
  requestToHub,
  requestFromHub: () => refuse('model', 'is answered by an endpoint that speaks Responses only; ask it in that API'),
  responseToHub: (body) => body,
  responseFromHub,
  streamToHub: () => NOTHING,
  streamFromHub: (context) => new StreamFromHub(context),
}

const NOTHING: StreamConverter = { event: () => [], end: () => [] }

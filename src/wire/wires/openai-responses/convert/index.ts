/**
 * `openai-responses` <-> `openai-chat`. What is changed, left out or refused is listed in `request-to-hub.ts` and
 * `request-from-hub.ts`.
 */
import type { Converter } from '../../../converter.ts'
import { requestFromHub } from './request-from-hub.ts'
import { requestToHub } from './request-to-hub.ts'
import { responseFromHub } from './response-from-hub.ts'
import { responseToHub } from './response-to-hub.ts'
import { StreamFromHub } from './stream-from-hub.ts'
import { StreamToHub } from './stream-to-hub.ts'

export const responsesConverter: Converter = {
  wire: 'openai-responses',
  requestToHub,
  requestFromHub,
  responseToHub,
  responseFromHub,
  streamToHub: (context) => new StreamToHub(context),
  streamFromHub: (context) => new StreamFromHub(context),
}

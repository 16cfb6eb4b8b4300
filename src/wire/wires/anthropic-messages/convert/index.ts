/**
 * `anthropic-messages` <-> `openai-chat`. What is changed, left out or refused is listed in `request-from-hub.ts` and
 * `request-to-hub.ts`.
 */
import type { Converter } from '../../../converter.ts'
import { requestFromHub } from './request-from-hub.ts'
import { requestToHub } from './request-to-hub.ts'
import { responseFromHub } from './response-from-hub.ts'
import { responseToHub } from './response-to-hub.ts'
import { StreamFromHub } from './stream-from-hub.ts'
import { StreamToHub } from './stream-to-hub.ts'

export const messagesConverter: Converter = {
  wire: 'anthropic-messages',
  requestToHub,
  requestFromHub,
  responseToHub,
  responseFromHub,
  streamToHub: (context) => new StreamToHub(context),
  streamFromHub: (context) => new StreamFromHub(context),
}

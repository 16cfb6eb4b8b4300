/** `gemini` <-> `openai-chat`. What is changed, left out or refused stands in `request-*-hub.ts`. */
import type { Converter } from '../../../converter.ts'
import { requestFromHub } from './request-from-hub.ts'
import { requestToHub } from './request-to-hub.ts'
import { responseFromHub } from './response-from-hub.ts'
import { responseToHub } from './response-to-hub.ts'
import { StreamFromHub } from './stream-from-hub.ts'
import { StreamToHub } from './stream-to-hub.ts'

export const geminiConverter: Converter = {
  wire: 'gemini',
  requestToHub,
  requestFromHub,
  responseToHub,
  responseFromHub,
  streamToHub: (context) => new StreamToHub(context),
  streamFromHub: (context) => new StreamFromHub(context),
}

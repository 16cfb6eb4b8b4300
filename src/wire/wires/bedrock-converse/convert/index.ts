/**
 * `bedrock-converse` <-> `openai-chat`, by way of `anthropic-messages`: Converse has the same turns and blocks in other
 * words, so that only the words are translated here.
 */
import type { Converter } from '../../../converter.ts'
import { messagesConverter } from '../../anthropic-messages/convert/index.ts'
import { requestFromHub } from './request-from-hub.ts'
import { requestToMessages } from './request-to-messages.ts'
import { responseFromMessages, responseToHub } from './response.ts'
import { StreamFromHub } from './stream-from-hub.ts'
import { StreamToHub } from './stream-to-hub.ts'

export const converseConverter: Converter = {
  wire: 'bedrock-converse',
  requestToHub: (body, options) => messagesConverter.requestToHub(requestToMessages(body), options),
  requestFromHub,
  responseToHub,
  responseFromHub: (body, context) => responseFromMessages(messagesConverter.responseFromHub(body, context)),
  streamToHub: (context) => new StreamToHub(context),
  streamFromHub: (context) => new StreamFromHub(context),
}

import type { UpstreamConverter } from '../../converter.ts'
import { requestFromHub } from './request.ts'
import { responseToHub } from './response.ts'
import { StreamToHub } from './stream.ts'

/** `openai-chat` -> `ollama-chat`, and its answers back. What is changed or left out stands in `request.ts`. */
export const ollamaChatConverter: UpstreamConverter = {
  wire: 'ollama-chat',
  requestFromHub,
  responseToHub,
  streamToHub: (context) => new StreamToHub(context),
}

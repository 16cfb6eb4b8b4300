import type { UpstreamConverter } from '../../converter.ts'
import { compact, isErrorGiven, listOf } from '../../untyped.ts'
import { errorToHub } from '../ollama-chat/response.ts'
import { ollamaUsage } from '../ollama-chat/usage.ts'
import { embeddingList, textList } from '../openai-embeddings/list.ts'

/**
 * `openai-embeddings` -> `ollama-embed`, and its answers back. An input that is too long is an error as at OpenAI,
 * and not cut, unless the client says `truncate`.
 */
export const ollamaEmbedConverter: UpstreamConverter = {
  wire: 'ollama-embed',
  requestFromHub: ({ model, input, dimensions, truncate, keep_alive, options }) =>
    compact({ model, input: textList(input), dimensions, truncate: truncate ?? false, keep_alive, options }),
  responseToHub: (body, context) =>
    isErrorGiven(body.error)
      ? errorToHub(body)
      : embeddingList(listOf(body.embeddings), ollamaUsage(body)?.inputTokens ?? 0, context),
}

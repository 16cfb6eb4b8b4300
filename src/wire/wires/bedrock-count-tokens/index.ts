import type { JsonObject } from '../../../plugins/api.ts'
import type { UpstreamConverter } from '../../converter.ts'
import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { TokenCountMeter } from '../../read/token-count.ts'
import { numberOf, objectOf } from '../../untyped.ts'

/** Bedrock's mark of the Messages API. */
const VERSION = 'bedrock-2023-05-31'
/** A count writes nothing, but what is counted has to be a request that could be sent: it needs a limit. */
const LIMIT = 1024

/** What is counted is the request that InvokeModel would get, as base64. */
const converter: UpstreamConverter = {
  wire: 'bedrock-count-tokens',
  requestFromHub({ model, stream: _, ...request }) {
    const { budget_tokens } = objectOf(request.thinking)
    const invoked: JsonObject = {
      max_tokens: (numberOf(budget_tokens) ?? 0) + LIMIT,
      ...request,
      anthropic_version: VERSION,
    }
    const body = Buffer.from(JSON.stringify(invoked)).toString('base64')
    return { model, input: { invokeModel: { body } } }
  },
  responseToHub: ({ inputTokens }) => ({ input_tokens: inputTokens }),
}

/**
 * How many tokens a request of Claude's has, on Bedrock.
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_CountTokens.html
 */
export const bedrockCountTokens: WireDefinition = {
  wire: 'bedrock-count-tokens',
  meter: () => new TokenCountMeter(),
  failure: (_context, error) => bareFailure(error),
  upstream: converter,
}

import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { TokenCountMeter } from '../../read/token-count.ts'

/** How many tokens a request in `openai-responses` has. */
export const openaiInputTokens: WireDefinition = {
  wire: 'openai-input-tokens',
  meter: () => new TokenCountMeter(),
  failure: (_context, error) => bareFailure(error),
  counts: 'openai-responses',
}

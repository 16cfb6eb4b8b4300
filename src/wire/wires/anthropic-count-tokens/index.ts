import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { TokenCountMeter } from '../../read/token-count.ts'

/** How many tokens a request in `anthropic-messages` has. */
export const anthropicCountTokens: WireDefinition = {
  wire: 'anthropic-count-tokens',
  meter: () => new TokenCountMeter(),
  failure: (_context, error) => bareFailure(error),
  counts: 'anthropic-messages',
}

import type { WireDefinition } from '../../definition.ts'
import { bareFailure } from '../../failure.ts'
import { TokenCountMeter } from '../../read/token-count.ts'
import { geminiView } from '../gemini/view.ts'

/** How many tokens a request in `gemini` has. https://ai.google.dev/api/tokens */
export const geminiCountTokens: WireDefinition = {
  wire: 'gemini-count-tokens',
  meter: () => new TokenCountMeter(),
  failure: (_context, error) => bareFailure(error),
  request: { addressed: true, view: geminiView },
  counts: 'gemini',
}

import type { Engine } from '../routing/engine.ts'
import { canBeCounted, wouldSend } from '../routing/plan/would-send.ts'
import type { Counting } from '../server/count-tokens.ts'
import { estimateTokens } from '../tokens/estimate.ts'
import type { Tokenizer } from '../tokens/tokenizer.ts'

/** Of a body that is nested too deep to be walked. */
const BYTES_PER_TOKEN = 4

/** What the server needs to count tokens: an endpoint that can, or the router's own tokenizer on what would be sent. */
export function createCounting(engine: () => Engine, tokenizer: Tokenizer): Counting {
  return {
    canBeAsked: (call) => {
      const { catalogue, codec, state, now } = engine()
      return canBeCounted(catalogue, codec, state.countingHealth, call, now())
    },
    estimate: async (call) => {
      const { catalogue, codec } = engine()
      const { endpoint, model, body } = wouldSend(catalogue, codec, call)
      try {
        return { endpoint, inputTokens: await estimateTokens(tokenizer, model, body) }
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        return { endpoint, inputTokens: Math.ceil(call.raw.length / BYTES_PER_TOKEN) }
      }
    },
  }
}

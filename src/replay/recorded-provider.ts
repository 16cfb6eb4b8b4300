import { RouterError } from '../base/errors.ts'
import type { ProviderAdapter } from '../plugins/api.ts'

const never = (): never => {
  throw new RouterError('ROUTER_INTERNAL', { reason: 'a replay asked a recorded endpoint for a new answer' })
}

/** The adapter of endpoints whose outcomes are on record: it can be planned for and never be called. */
export const recordedProvider: ProviderAdapter = {
  wires: { chat: ['openai-chat'] },
  prepare: never,
  classify: never,
}

import type { Quirks, Wire } from 'commonroute/plugin'
import { TOOL_NAMES } from '../shared/quirks.ts'

const CHAT: Quirks = { toolNames: TOOL_NAMES, maxChoices: 1 }

/** Models that do not reason answer `thinking` with an error. https://docs.cohere.com/docs/reasoning */
const WITHOUT_THINKING: Quirks = { ...CHAT, drop: ['thinking'] }

export function quirksOf(wire: Wire, model: string): Quirks | undefined {
  if (wire !== 'cohere-chat') return undefined
  return model.includes('reasoning') ? CHAT : WITHOUT_THINKING
}

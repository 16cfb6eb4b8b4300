import type { Quirks, Wire } from 'commonroute/plugin'
import { claudeQuirks } from '../shared/claude.ts'
import { claudeName, makerOf } from './models.ts'

/**
 * Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolUseBlock.html and
 * API_runtime_ToolSpecification.html (ids and names), and 400s as reported: litellm#9221 (blank texts).
 */
const CONVERSE: Quirks = {
  noBlankText: true,
  toolIds: { characters: 'a-zA-Z0-9_-', maxLength: 64, unique: true },
  toolNames: { characters: 'a-zA-Z0-9_-', maxLength: 64 },
  toolSchemas: { noTopLevelUnions: true },
}

/** Mistral's ids have nine characters there too. */
const MISTRAL: Quirks = { ...CONVERSE, toolIds: { characters: 'a-zA-Z0-9', minLength: 9, maxLength: 9, unique: true } }

/** Anthropic's own services, which Bedrock's schema of Messages does not have. */
const NOT_THERE = ['service_tier', 'speed', 'inference_geo']

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html */
const EMBED: Quirks = { drop: ['priority'] }

export function quirksOf(wire: Wire, model: string): Quirks | undefined {
  if (wire === 'bedrock-converse') return makerOf(model) === 'mistral' ? MISTRAL : CONVERSE
  if (wire === 'cohere-embed') return EMBED
  if (wire !== 'anthropic-messages') return undefined
  const quirks = claudeQuirks(claudeName(model))
  return { ...quirks, drop: [...(quirks.drop ?? []), ...NOT_THERE] }
}

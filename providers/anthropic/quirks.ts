import type { Quirks } from 'commonroute/plugin'
import { rejectsSampling, SAMPLING } from './models.ts'

/**
 * Sources: https://platform.claude.com/docs/en/api/messages (ids and names of tools, `metadata.user_id` of 256
 * characters "without name, email address, or phone number", images by https) and its 400s as reported:
 * home-assistant#175637 (texts without a visible character), brainlid/langchain#619 (ids that repeat),
 * claude-code#27337 (`anyOf` and the like at the top of `input_schema`), litellm#10106 (user_id).
 */
const COMMON: Quirks = {
  noBlankText: true,
  toolIds: { characters: 'a-zA-Z0-9_-', maxLength: 128, unique: true },
  toolNames: { characters: 'a-zA-Z0-9_-', maxLength: 128 },
  user: { maxLength: 256, anonymous: true },
  toolSchemas: { noTopLevelUnions: true },
  httpsImages: true,
}

const WITHOUT_SAMPLING: Quirks = { ...COMMON, drop: SAMPLING }

export const quirksOf = (model: string): Quirks => (rejectsSampling(model) ? WITHOUT_SAMPLING : COMMON)

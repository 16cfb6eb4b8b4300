import type { Quirks } from 'commonroute/plugin'

export const SAMPLING = ['temperature', 'top_p', 'top_k']

/**
 * From Claude Opus 4.7 on, sampling parameters are answered with an error. Models that are not known here are taken for
 * newer ones.
 */
const rejectsSampling = (model: string): boolean =>
  model.startsWith('claude-') &&
  !/^claude-(?:[23]|instant|(?:opus|sonnet|haiku)-4(?:-[0-6](?:-|$)|-20\d{6}|$))/.test(model)

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

/** Of Claude by Anthropic's own name, wherever it runs. */
export const claudeQuirks = (model: string): Quirks => (rejectsSampling(model) ? WITHOUT_SAMPLING : COMMON)

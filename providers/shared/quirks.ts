import type { Quirks, TextRule } from 'commonroute/plugin'

/**
 * OpenAI's rule for names of functions. Source: https://platform.openai.com/docs/api-reference/chat/create, `tools`.
 */
export const TOOL_NAMES: TextRule = { characters: 'a-zA-Z0-9_-', maxLength: 64 }

/**
 * What servers in OpenAI's manner commonly refuse, and what hurts none of them: the role developer (pi#1048,
 * theia#15144), an empty list of tools (php-mistral#76), ids of users above 128 characters (axonhub#1669,
 * claude-code-provider-proxy#11), and what OpenAI refuses of tools.
 */
export const COMPATIBLE: Quirks = {
  roles: { developer: 'system' },
  noEmptyTools: true,
  user: { maxLength: 128 },
  toolNames: TOOL_NAMES,
  toolSchemas: { properties: true },
}

/**
 * Anthropic's beta features as Bedrock knows them; any other is answered with an error. Sources:
 * https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-anthropic-claude-messages.html, and what
 * BerriAI/litellm found out (`anthropic_beta_headers_config.json`, August 2026).
 */
const BETAS: ReadonlyMap<string, string> = new Map([
  ...[
    'compact-2026-01-12',
    'computer-use-2025-01-24',
    'computer-use-2025-11-24',
    'context-1m-2025-08-07',
    'context-management-2025-06-27',
    'dangerous-tool-use-2026-09-03',
    'effort-2025-11-24',
    'fine-grained-tool-streaming-2025-05-14',
    'thinking-binding-controls-2026-08-01',
    'thinking-display-updates-2026-08-18',
    'tool-search-tool-2025-10-19',
    'mid-conversation-output-config-2026-07-01',
    'mid-conversation-tool-changes-2026-07-01',
  ].map((name) => [name, name] as const),
  ['advanced-tool-use-2025-11-20', 'tool-search-tool-2025-10-19'],
])

/** `header`: the client's `anthropic-beta`; `body`: what its body says already. */
export function betasFor(header: string | undefined, body: unknown): readonly string[] {
  const asked = (header ?? '').split(',').map((name) => BETAS.get(name.trim()))
  const given = Array.isArray(body) ? body.map(String) : []
  return [...new Set([...given, ...asked.filter((name) => name !== undefined)])]
}

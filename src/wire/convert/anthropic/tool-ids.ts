/** Anthropic takes only `[a-zA-Z0-9_-]` in ids of tool calls; other makers write `functions.get_weather:0`. The same id maps to the same id. */
export const toolIdFromHub = (id: string): string => id.replace(/[^a-zA-Z0-9_-]/g, '_')

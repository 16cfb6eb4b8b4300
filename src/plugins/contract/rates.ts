import type { Rates } from './endpoint.ts'

/** Every rate by its name in files and on wires; complete by type, so that a new one cannot be forgotten. */
export const RATE_NAMES: Readonly<Record<keyof Rates, string>> = {
  prompt: 'prompt',
  completion: 'completion',
  cacheRead: 'cache_read',
  cacheWrite: 'cache_write',
  cacheWrite1h: 'cache_write_1h',
  request: 'request',
  imagePrompt: 'image_prompt',
  audioPrompt: 'audio_prompt',
  imageCompletion: 'image_completion',
  audioCompletion: 'audio_completion',
  image: 'image',
  second: 'second',
  character: 'character',
  page: 'page',
  search: 'search',
}

import type { Operation } from '../plugins/api.ts'

/** What can be measured; apart from the inputs, so that the command line need not load them. */
export const BENCH_OPERATIONS = [
  'chat',
  'completion',
  'embedding',
  'image',
  'image_edit',
  'speech',
  'transcription',
  'translation',
  'rerank',
  'moderation',
] as const satisfies readonly Operation[]

export type BenchOperation = (typeof BENCH_OPERATIONS)[number]

import { type WorkKind, workKindOf } from '../base/work-units.ts'
import type { Usage } from '../plugins/api.ts'

/** Of what is used, what counts as the work of a kind of class. */
const WORK: Readonly<Record<WorkKind, (usage: Usage) => number | undefined>> = {
  image: ({ images }) => images,
  speech: ({ characters }) => characters,
  transcription: ({ seconds }) => seconds,
  rerank: ({ documents }) => documents,
}

/**
 * What a stranger does of it a second, until something is known: invented, within a factor of five of what makers say.
 */
const TYPICAL: Readonly<Record<WorkKind, number>> = { image: 0.1, speech: 200, transcription: 20, rerank: 100 }

/**
 * In a class whose work is counted otherwise than in tokens of output; undefined in others, and where it is not said.
 */
export function workOf(workloadClass: string, usage: Usage): number | undefined {
  const kind = workKindOf(workloadClass)
  return kind && WORK[kind](usage)
}

export function typicalSpeed(workloadClass: string): number | undefined {
  const kind = workKindOf(workloadClass)
  return kind && TYPICAL[kind]
}

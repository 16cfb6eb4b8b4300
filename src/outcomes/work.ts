import type { Usage } from '../plugins/api.ts'

/** What the work of a class is counted in, where it is not tokens of output, and so its speed. */
export interface WorkUnit {
  /** One of them, and several. */
  readonly name: string
  readonly plural: string
  /** Those of an answer. */
  of(usage: Usage): number | undefined
  /**
   * Speeds are kept on one grid, made for tokens a second, and travel to hubs so. What is slower is kept as so many
   * times its speed: of images those a minute.
   */
  readonly gridScale: number
  /** What a stranger does a second, until something is known. */
  readonly typical: number
}

/** By kind of class. Typical speeds are invented, within a factor of five of what makers advertise. */
const UNITS: ReadonlyMap<string, WorkUnit> = new Map(
  Object.entries({
    image: { name: 'image', plural: 'images', of: ({ images }) => images, gridScale: 60, typical: 0.1 },
    speech: { name: 'character', plural: 'characters', of: ({ characters }) => characters, gridScale: 1, typical: 200 },
    transcription: {
      name: 'second',
      plural: 'seconds of audio',
      of: ({ seconds }) => seconds,
      gridScale: 1,
      typical: 20,
    },
    rerank: { name: 'document', plural: 'documents', of: ({ documents }) => documents, gridScale: 1, typical: 100 },
  } satisfies Record<string, WorkUnit>),
)

/** Undefined where work is tokens of output. */
export function workUnitOf(workloadClass: string): WorkUnit | undefined {
  // The usual one needs no look.
  return workloadClass.startsWith('chat.') ? undefined : UNITS.get(workloadClass.slice(0, workloadClass.indexOf('.')))
}

/** How many times its speed a class is kept at. */
export const gridScaleOf = (workloadClass: string): number => workUnitOf(workloadClass)?.gridScale ?? 1

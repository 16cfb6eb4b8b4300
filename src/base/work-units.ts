/** What the work of a class is counted in, where it is not tokens of output, and so its speed. */
export interface WorkUnit {
  /** Several of them, and what stands behind a speed. */
  readonly name: string
  readonly perSecond: string
  /**
   * Speeds are kept on one grid, made for tokens a second, and travel to hubs so. What is slower is kept as so many
   * times its speed: of images those a minute.
   */
  readonly gridScale: number
}

/** By kind of class. */
const UNITS = {
  image: { name: 'images', perSecond: 'images/s', gridScale: 60 },
  speech: { name: 'characters', perSecond: 'chars/s', gridScale: 1 },
  transcription: { name: 'seconds', perSecond: 's/s', gridScale: 1 },
  rerank: { name: 'documents', perSecond: 'docs/s', gridScale: 1 },
} as const satisfies Record<string, WorkUnit>

export type WorkKind = keyof typeof UNITS

/** The kind of a class whose work is counted otherwise than in tokens of output; undefined for others. */
export function workKindOf(workloadClass: string): WorkKind | undefined {
  // The usual one needs no look.
  if (workloadClass.startsWith('chat.')) return undefined
  const kind = workloadClass.slice(0, workloadClass.indexOf('.'))
  return Object.hasOwn(UNITS, kind) ? (kind as WorkKind) : undefined
}

export function workUnitOf(workloadClass: string): WorkUnit | undefined {
  const kind = workKindOf(workloadClass)
  return kind && UNITS[kind]
}

/** How many times its speed a class is kept at. */
export const gridScaleOf = (workloadClass: string): number => workUnitOf(workloadClass)?.gridScale ?? 1

/** What several classes have in common; undefined where that is nothing, or tokens. */
export function commonUnit(classes: Iterable<string>): WorkUnit | undefined {
  const units = new Set([...classes].map(workUnitOf))
  return units.size === 1 ? [...units][0] : undefined
}

/** By its name, for who has only that. */
export const unitNamed = (name: string | undefined): WorkUnit | undefined =>
  name === undefined ? undefined : Object.values(UNITS).find((unit) => unit.name === name)

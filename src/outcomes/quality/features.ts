/** Of a request, for `ScoreModel`: pairs of an index below `DIMENSIONS` and a value, one after the other. */
export type Features = readonly number[]

/** What the features of a request are made of. */
export interface FeatureFacts {
  /** Unknown for what was learned before lengths were kept. */
  readonly inputTokens?: number
  /** Names that the request goes by: its task, its type. `-` is none. */
  readonly names: readonly string[]
}

export const DIMENSIONS = 128
/** Nodes of the length, two octaves apart: 2, 8, 32 ... 131,072 tokens. */
const NODES = 9
const OCTAVES = 2
const FIRST_LENGTH = 1
const FIRST_NAME = FIRST_LENGTH + NODES
const BUCKETS = DIMENSIONS - FIRST_NAME
/** A name stands in two buckets, so that two of them are seldom taken for one: together they weigh one. */
const SHARE = Math.round(1e4 * Math.SQRT1_2) / 1e4

/** The first feature is there for every request. */
export const CONSTANT = 0

/**
 * A constant, the logarithm of the length as hat functions, and each name hashed into two of 118 buckets (feature
 * hashing: Weinberger et al. 2009), so that any number of tasks takes the same memory.
 */
export function featuresOf({ inputTokens, names }: FeatureFacts): Features {
  const features = [CONSTANT, 1]
  if (inputTokens !== undefined) addLength(features, inputTokens)
  for (const name of names) if (name !== '-') addName(features, name)
  return features
}

/** What a task is called among the names; `-` is none. */
export const taskName = (task: string) => (task === '-' ? '-' : `task:${task}`)

function addLength(features: number[], inputTokens: number): void {
  const octave = (Math.log2(Math.max(1, inputTokens)) - 1) / OCTAVES
  const place = Math.min(NODES - 1, Math.max(0, octave))
  const node = Math.min(NODES - 2, Math.floor(place))
  const share = Math.round(1000 * (place - node)) / 1000
  if (share < 1) features.push(FIRST_LENGTH + node, 1 - share)
  if (share > 0) features.push(FIRST_LENGTH + node + 1, share)
}

function addName(features: number[], name: string): void {
  const first = hash(name, 0x811c9dc5) % BUCKETS
  const second = hash(name, 0x1b873593) % (BUCKETS - 1)
  features.push(FIRST_NAME + first, SHARE, FIRST_NAME + (second < first ? second : second + 1), SHARE)
}

/** FNV-1a with another start for another hash, and Murmur's finish, without which the two would be alike. */
function hash(text: string, start: number): number {
  let mixed = start
  for (let at = 0; at < text.length; at++) mixed = Math.imul(mixed ^ text.charCodeAt(at), 0x01000193)
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** With the model that answered as one more name: so its level is told from what all models find hard. */
export function withModel(features: Features, model: string): Features {
  const all = [...features]
  addName(all, `model:${model}`)
  return all
}

/** With what a check said of the answer: opinions on those that passed say little of those that did not. */
export function withVerdict(features: Features, passed: boolean): Features {
  const all = [...features]
  addName(all, `check:${passed}`)
  return all
}

/** Opinions that the prior mean is worth, unless more is known. */
export const PRIOR_WEIGHT = 8

/** Prior variances of the coefficients, in variances of a score. */
export type PriorVariances = Float64Array

const variances = (length: number, name: number): PriorVariances =>
  Float64Array.from({ length: DIMENSIONS }, (_, index) =>
    index === CONSTANT ? 1 / PRIOR_WEIGHT : index < FIRST_NAME ? length : name,
  )

/** What all models find hard: a length ± 0.16, a name ± 0.19. */
export const SHARED = variances(0.1, 0.15)
/** Where one is better or worse than the others: a length ± 0.07, a name ± 0.19. */
export const OWN = variances(0.02, 0.15)

/** Features from a file: pairs within bounds. */
export const areFeatures = (value: unknown): value is Features =>
  Array.isArray(value) &&
  value.length % 2 === 0 &&
  value.length <= 2 * DIMENSIONS &&
  value.every((each, at) =>
    at % 2 === 0 ? Number.isInteger(each) && each >= 0 && each < DIMENSIONS : Math.abs(each) <= 1,
  )

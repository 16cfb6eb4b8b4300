import { WORD_BUCKETS } from '../../base/word-buckets.ts'

/** Of a request, for `ScoreModel`: pairs of an index below `DIMENSIONS` and a value, one after the other. */
export type Features = readonly number[]

/** What the features of a request are made of. */
export interface FeatureFacts {
  /** Unknown for what was learned before lengths were kept. */
  readonly inputTokens?: number
  /** Names that the request goes by: its task, its type. `-` is none. */
  readonly names: readonly string[]
  /** Words of its last message: pairs of a bucket below WORD_BUCKETS and a value, with a norm of one. */
  readonly words?: readonly number[] | undefined
  /** In place of its words: EMBEDDING_SIZE numbers, with a norm of one. */
  readonly embedding?: readonly number[] | undefined
}

/** Nine that come after the constant meant lengths in older states, and are no more used. */
const FIRST_NAME = 10
const BUCKETS = 118
/** Steps of the length, two octaves each: up from 32 tokens (128, 512 ... 131,072), and down (8, 2). */
const OCTAVES = 2
const USUAL = 5
const UP = 6
const DOWN = 2
const FIRST_LENGTH = FIRST_NAME + BUCKETS
const FIRST_DOWN = FIRST_LENGTH + UP
const FIRST_TEXT = FIRST_DOWN + DOWN
const FIRST_EMBEDDING = FIRST_TEXT + WORD_BUCKETS
export const EMBEDDING_SIZE = 32
export const DIMENSIONS = FIRST_EMBEDDING + EMBEDDING_SIZE
/** The steps of the length: from, and up to but not. */
export const LENGTH_STEPS = { from: FIRST_LENGTH, to: FIRST_TEXT } as const
/** A name stands in two buckets, so that two of them are seldom taken for one: together they weigh one. */
const SHARE = Math.round(1e4 * Math.SQRT1_2) / 1e4

/** The first feature is there for every request. */
export const CONSTANT = 0

/**
 * A constant, the length, and each name hashed into two of 118 buckets (feature hashing: Weinberger et al. 2009), so
 * that any number of tasks takes the same memory. The length is how far it is up or down from 32 tokens, step by step:
 * each step adds to the ones before it (a random walk), so that what is known of one length speaks for its neighbours.
 * What the last message says comes last.
 */
export function featuresOf({ inputTokens, names, words = [], embedding }: FeatureFacts): Features {
  const features = [CONSTANT, 1]
  if (inputTokens !== undefined) addLength(features, inputTokens)
  for (const name of names) if (name !== '-') addName(features, name)
  if (embedding) for (const [at, value] of embedding.entries()) features.push(FIRST_EMBEDDING + at, value)
  else for (let i = 0; i < words.length; i += 2) features.push(FIRST_TEXT + words[i]!, words[i + 1]!)
  return features
}

/** What a request shows beside its length: only requests like it tell of that. It comes last among the features. */
export const isSpecial = (index: number) => index >= FIRST_TEXT || (index >= FIRST_NAME && index < FIRST_LENGTH)

/** What a task is called among the names; `-` is none. */
export const taskName = (task: string) => (task === '-' ? '-' : `task:${task}`)

function addLength(features: number[], inputTokens: number): void {
  const steps = (Math.log2(Math.max(1, inputTokens)) - USUAL) / OCTAVES
  const [first, count, sign] = steps > 0 ? [FIRST_LENGTH, UP, 1] : [FIRST_DOWN, DOWN, -1]
  let left = Math.round(1000 * Math.abs(steps)) / 1000
  for (let step = 0; step < count && left > 0; step++, left = Math.round(1000 * (left - 1)) / 1000)
    features.push(first + step, sign * Math.min(1, left))
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
  Float64Array.from({ length: DIMENSIONS }, (_, index) => {
    if (index === CONSTANT) return 1 / PRIOR_WEIGHT
    return index >= FIRST_LENGTH && index < FIRST_TEXT ? length : name
  })

/** What all models find hard: a step of the length ± 0.16, a name ± 0.19. */
export const SHARED = variances(0.1, 0.15)
/**
 * Where one is better or worse than the others: by length far less than by kind, ± 0.03 a step. With more, the noise of
 * the first hundred opinions passes for a model that bears long requests badly.
 */
export const OWN = variances(0.003, 0.15)

/** Features from a file: pairs within bounds. */
export const areFeatures = (value: unknown): value is Features =>
  Array.isArray(value) &&
  value.length % 2 === 0 &&
  value.length <= 2 * DIMENSIONS &&
  value.every((each, at) =>
    at % 2 === 0 ? Number.isInteger(each) && each >= 0 && each < DIMENSIONS : Math.abs(each) <= 1,
  )

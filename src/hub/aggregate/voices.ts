import { MAX_REQUESTS } from '../../federation/protocol/limits.ts'
import type { Contribution } from './contribution.ts'
import { addSums, emptySums, FACET_COUNT, type Sums } from './sums.ts'

/** Requests from which on a member's own peculiarity outweighs the chance in its sample. */
const KAPPA = 8

/** A member, as far as its say goes. `voice` numbers its cohort: all members of one enrolment speak with one voice. */
export interface Speaker {
  readonly id: string
  readonly voice: number
  /** 0 to 1, above 0. */
  readonly trust: number
  /** How far it was from the others of late, which its trust allows for; infinite when the operator decided on its trust. */
  readonly deviation: number
}

/** What one member says of one leaf. */
export interface Entry {
  readonly speaker: Speaker
  readonly contribution: Contribution
}

/** What one cohort says: its members' observations, each counting as its member's trust. */
export interface Voice {
  readonly voice: number
  /** `n` in trusted observations. */
  readonly sums: Sums
  /** Observations, whoever they are from: how exact the above is. */
  observations: number
  /** Of its most trusted member. */
  trust: number
}

/** Adds what each member says to its cohort's voice, by facet. No member counts as more than 200 requests of a leaf. */
export function addEntries(voices: readonly Map<number, Voice>[], entries: readonly Entry[]): void {
  for (const { speaker, contribution } of entries) {
    for (let facet = 0; facet < FACET_COUNT; facet++) {
      const sums = contribution.base[facet]
      if (!sums) continue
      const scale = Math.min(1, MAX_REQUESTS / sums.n)
      const voice = voiceOf(voices[facet]!, speaker.voice)
      addSums(facet, voice.sums, sums, scale * speaker.trust)
      voice.observations += sums.n
      voice.trust = Math.max(voice.trust, speaker.trust)
    }
  }
}

/** The same from voices of a part: parents are made of their leaves' voices. */
export function addVoices(to: Map<number, Voice>, facet: number, from: Iterable<Voice>): void {
  for (const part of from) {
    const voice = voiceOf(to, part.voice)
    addSums(facet, voice.sums, part.sums)
    voice.observations += part.observations
    voice.trust = Math.max(voice.trust, part.trust)
  }
}

/**
 * trust x n / (n + 8), n at most 200: however many members a cohort has, it counts as much as its most trusted one could alone. Members differ more than
 * their samples do, so that the 9th request is worth half of the first and the 200th next to nothing (precision weights with
 * sigma^2 = 8 tau^2). Weights that grow with n to the end would give liars who claim 200 a second vote.
 */
export function weightOf({ sums, trust }: Voice): number {
  const n = Math.min(MAX_REQUESTS, sums.n / trust)
  return (trust * n) / (n + KAPPA)
}

function voiceOf(voices: Map<number, Voice>, voice: number): Voice {
  let own = voices.get(voice)
  if (!own) {
    own = { voice, sums: emptySums(), observations: 0, trust: 0 }
    voices.set(voice, own)
  }
  return own
}

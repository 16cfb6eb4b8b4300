import { BoundedMap } from '../../base/bounded-map.ts'
import { likeness, type Signs, type Sketch } from '../../base/signs.ts'

/** Conversations remembered; the ones unused for longest go first. */
const CONVERSATIONS = 5_000
/** Who asks again sooner than this was not served. */
const AGAIN_MS = 120_000
/** What comes later says nothing of the answer before it. */
const FOLLOWING_MS = 1_800_000
/** From this likeness on a message is the one before it in other words. */
const ALIKE = 0.5
/** As often in a row the same is asked for by a person; more often by a machine. */
const MAX_REPEATS = 3
/** Each is worth as much as the next, so that their share is that of the answers which were not good enough. */
const WEIGHT = 0.25

type Signal = 'repeated' | 'rephrased' | 'tool_failed' | 'tool_repeated' | 'thanks' | 'complaint' | 'went_on'

/** What a request says of the answer before it in its conversation. */
export interface Implied<T> {
  readonly answer: T
  readonly signal: Signal
  readonly score: number
  readonly weight: number
}

interface Last<T> {
  readonly answer: T
  readonly messages: string
  readonly sketch: Sketch | undefined
  readonly repeats: number
  /** Unix ms when it was answered. */
  readonly at: number
}

/** Which kinds of signal count. */
export interface SignalsWanted {
  readonly repeats: boolean
  readonly tools: boolean
  readonly words: boolean
}

/**
 * Reads off how a conversation goes on whether its answers were good enough: the same asked again, or in other words,
 * within two minutes; tools that failed, or were called three times in the same way; thanks and complaints. An answer
 * after which nothing of this is seen counts as good, with the same weight: what is learned is a share of answers. In
 * memory only, and bounded; a router's processes each know the conversations that they answer.
 */
export class Signals<T> {
  readonly #last = new BoundedMap<string, Last<T>>(CONVERSATIONS)

  /**
   * A request of a conversation, received at `at` and answered at `endedAt`, both Unix ms; `answer`: its own, undefined
   * where there is none. What it says of the answer before it.
   */
  take(
    conversation: string,
    signs: Signs,
    wanted: SignalsWanted,
    at: number,
    answer: T | undefined,
    endedAt: number,
  ): Implied<T> | undefined {
    const before = this.#last.get(conversation)
    const isSame = before?.messages === signs.messages
    if (answer !== undefined) {
      const repeats = isSame ? before.repeats + 1 : 0
      this.#last.set(conversation, { answer, messages: signs.messages, sketch: signs.last, repeats, at: endedAt })
    }
    // One that came while the other was answered does not follow it.
    if (!before || at < before.at || at - before.at > FOLLOWING_MS) return undefined
    const signal = signalOf(before, signs, wanted, at - before.at)
    const score = signal === 'went_on' || signal === 'thanks' ? 1 : 0
    return signal && { answer: before.answer, signal, score, weight: WEIGHT }
  }
}

function signalOf<T>(before: Last<T>, signs: Signs, wanted: SignalsWanted, waited: number): Signal | undefined {
  if (before.messages === signs.messages)
    return wanted.repeats && waited <= AGAIN_MS && before.repeats < MAX_REPEATS ? 'repeated' : undefined
  if (wanted.tools && signs.toolRepeated) return 'tool_repeated'
  if (wanted.tools && signs.toolFailed) return 'tool_failed'
  if (wanted.words && signs.tone) return signs.tone
  const { last } = signs
  if (wanted.repeats && last && before.sketch && waited <= AGAIN_MS && likeness(last, before.sketch) >= ALIKE)
    return 'rephrased'
  return wanted.repeats || (wanted.tools && !last) ? 'went_on' : undefined
}

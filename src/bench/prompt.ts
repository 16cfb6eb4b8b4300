const WORDS = (
  'time year people way day man thing woman life child world school state family student group country problem hand part place case week ' +
  'company system program question work government number night point home water room mother area money story fact month lot right study ' +
  'book eye job word business issue side kind head house service friend father power hour game line end member law car city community name'
).split(' ')

/**
 * What makes models write until they are cut off, so that speed is measured over the same number of tokens everywhere.
 */
const TASK = 'Continue with a long story that uses these words, and do not stop before you are cut off.'

/** Every prompt starts with this many tokens of its own. */
const MARK_TOKENS = 8

/** A prompt of about `tokens` tokens: common words are one token each in the usual vocabularies. */
export function makePrompt(tokens: number, random: () => number = Math.random): string {
  const count = Math.max(1, tokens - TASK.split(' ').length - MARK_TOKENS)
  const words = Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)])
  return `${words.join(' ')}. ${TASK}`
}

/**
 * The prompt with a mark before it that is never the same, so that no prompt cache makes a later request look faster
 * than the first.
 */
export const markPrompt = (prompt: string, random: () => number = Math.random): string =>
  `[${Math.floor(random() * 0xffff_ffff).toString(36)}] ${prompt}`

/**
 * An upper estimate of a text's tokens: three characters a token is less than English has, and two bytes a token covers
 * other scripts.
 */
export const tokensAtMost = (text: string): number =>
  Math.ceil(Math.max(text.length / 3, (Buffer.byteLength(text) - text.length) / 2)) + MARK_TOKENS

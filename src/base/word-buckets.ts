/** What words of a message are hashed into, see `wordsOf`. A power of two; what was learned is kept by their numbers. */
export const WORD_BUCKETS = 64

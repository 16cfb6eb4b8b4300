/**
 * Longest run without white space, or of white space, that a tokenizer gets in one piece: its time grows with the
 * square of that.
 */
const MAX_RUN = 200
const HAS_LONG_RUN = new RegExp(`\\S{${MAX_RUN + 1}}|\\s{${MAX_RUN + 1}}`)
const PIECES = new RegExp(`\\s{0,${MAX_RUN}}\\S{1,${MAX_RUN}}|\\s{1,${MAX_RUN}}`, 'g')

/**
 * The text in pieces that can be tokenized in good time. Words stay whole, so that nearly the same tokens come of it.
 */
export const split = (text: string): readonly string[] => (HAS_LONG_RUN.test(text) ? text.match(PIECES)! : [text])

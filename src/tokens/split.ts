/** Longest run without white space, or of white space, that a tokenizer gets in one piece: its time grows with the square of that. */
const LONGEST_RUN = 200
const HAS_LONG_RUN = new RegExp(`\\S{${LONGEST_RUN + 1}}|\\s{${LONGEST_RUN + 1}}`)
const PIECES = new RegExp(`\\s{0,${LONGEST_RUN}}\\S{1,${LONGEST_RUN}}|\\s{1,${LONGEST_RUN}}`, 'g')

/** The text in pieces that can be tokenized in good time. Words stay whole, so that nearly the same tokens come of it. */
export const split = (text: string): readonly string[] => (HAS_LONG_RUN.test(text) ? text.match(PIECES)! : [text])

/** Answers shorter than this share of those of the model's other endpoints are unusual: equal endpoints differ less. */
export const SHORT_ANSWERS = 1 / 3

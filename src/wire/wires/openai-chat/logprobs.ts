import type { WireLogprobs } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { objectOf } from '../../untyped.ts'

/** https://platform.openai.com/docs/api-reference/chat/object#chat/object-choices-logprobs */
export const chatLogprobs: WireLogprobs = {
  ask: ({ logprobs }) => (logprobs === true ? undefined : { logprobs: true }),
  read: (body) =>
    objects(body.choices).flatMap(({ logprobs }) => objects(objectOf(logprobs).content).map(({ logprob }) => logprob)),
  strip(body) {
    const choices = objects(body.choices)
    if (choices.every(({ logprobs }) => (logprobs ?? null) === null)) return body
    return { ...body, choices: choices.map((choice) => ({ ...choice, logprobs: null })) }
  },
}

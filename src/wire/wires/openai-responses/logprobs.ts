import type { WireLogprobs } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { isObject } from '../../untyped.ts'

const INCLUDED = 'message.output_text.logprobs'

/** https://platform.openai.com/docs/api-reference/responses/create#responses-create-include */
export const responsesLogprobs: WireLogprobs = {
  ask({ include, top_logprobs }) {
    const included = Array.isArray(include) ? include : []
    return included.includes(INCLUDED) || Number(top_logprobs) > 0 ? undefined : { include: [...included, INCLUDED] }
  },
  // Other events of a stream repeat those of the deltas.
  read: ({ type, logprobs, output }) =>
    (type === 'response.output_text.delta'
      ? objects(logprobs)
      : objects(output).flatMap(({ content }) => objects(content).flatMap((part) => objects(part.logprobs)))
    ).map(({ logprob }) => logprob),
  strip: (body) => without(body) as typeof body,
}

/** Lists of them may stand in events, items and parts. */
function without(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(without)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, key === 'logprobs' && Array.isArray(each) ? [] : without(each)]),
  )
}

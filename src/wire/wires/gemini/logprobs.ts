import type { WireLogprobs } from '../../definition.ts'
import { objects } from '../../read/meter.ts'
import { objectOf } from '../../untyped.ts'

/** https://ai.google.dev/api/generate-content#LogprobsResult */
export const geminiLogprobs: WireLogprobs = {
  ask({ generationConfig }) {
    const config = objectOf(generationConfig)
    return config.responseLogprobs === true ? undefined : { generationConfig: { ...config, responseLogprobs: true } }
  },
  read: (body) =>
    objects(body.candidates).flatMap(({ logprobsResult }) =>
      objects(objectOf(logprobsResult).chosenCandidates).map(({ logProbability }) => logProbability),
    ),
  strip: (body) => ({
    ...body,
    ...(Array.isArray(body.candidates) && {
      candidates: objects(body.candidates).map(({ avgLogprobs: _, logprobsResult: __, ...candidate }) => candidate),
    }),
  }),
}

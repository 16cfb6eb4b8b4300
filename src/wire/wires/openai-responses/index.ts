import type { WireDefinition } from '../../definition.ts'
import { costEdits } from '../../read/cost-edits.ts'
import { objects, partsText } from '../../read/meter.ts'
import { COMMENT } from '../openai-chat/index.ts'
import { responsesConverter } from './convert/index.ts'
import { responsesFailure } from './failure.ts'
import { ResponsesFold } from './fold.ts'
import { hostedTools } from './hosted-tools.ts'
import { responsesLogprobs } from './logprobs.ts'
import { OpenaiResponsesMeter } from './meter.ts'
import { reasoningForResponses } from './own-reasoning.ts'
import { responsesReferences } from './references.ts'
import { sealsIn, withoutSealed } from './sealed.ts'
import { responseEvents } from './unfold.ts'

/** The Responses API. https://platform.openai.com/docs/api-reference/responses */
export const openaiResponses: WireDefinition = {
  wire: 'openai-responses',
  meter: (request) => new OpenaiResponsesMeter(request),
  failure: responsesFailure,
  events: { keepAlive: COMMENT, unfold: responseEvents, fold: () => new ResponsesFold() },
  visibleText: (body) =>
    objects(body.output)
      .map((item) => partsText(item.content))
      .join(''),
  request: {
    storedByDefault: true,
    hosted: hostedTools,
    native: reasoningForResponses,
    references: responsesReferences,
    sealed: { seals: sealsIn, without: withoutSealed },
  },
  converter: responsesConverter,
  logprobs: responsesLogprobs,
  dialect: { whole: costEdits },
}

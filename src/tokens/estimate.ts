import type { JsonObject } from '../plugins/api.ts'
import { countableOf } from './countable.ts'
import { familyOf } from './families.ts'
import { imageTokens } from './images.ts'
import type { Tokenizer } from './tokenizer.ts'

/**
 * Text and picture of a page of a PDF, https://platform.claude.com/docs/en/build-with-claude/pdf-support: 1,500 to
 * 3,000 of text alone.
 */
const PAGE_TOKENS = 3000

/**
 * Tokens of input that a request comes to at a model, by its upstream's name: a body of chat completions, Messages or
 * Responses as it would be sent. An estimate, see `families.ts`. Sound in audio is not counted. Throws a RangeError for
 * a body that is nested too deep.
 */
export async function estimateTokens(tokenizer: Tokenizer, model: string, body: JsonObject): Promise<number> {
  const { encoding, ratio, perMessage, perPrompt, withTools, image } = familyOf(model)
  const { texts, images, pages, messages, hasTools } = countableOf(body)
  const text = ratio * (await tokenizer.count(encoding, texts))
  const pictures = images.reduce((sum, pixels) => sum + imageTokens(image, pixels), 0)
  return Math.ceil(
    text + pictures + pages * PAGE_TOKENS + messages * perMessage + perPrompt + (hasTools ? withTools : 0),
  )
}

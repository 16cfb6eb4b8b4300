/**
 * Thinking blocks of a messages client's history as the reasoning of a hub message, in the form in which its maker gave
 * it. What the router signed for another maker is left out; what nobody signed is taken for plain text of the maker
 * that is asked.
 */
import type { JsonObject } from '../../../../plugins/api.ts'
import type { GivenReasoning } from '../../../reasoning/given.ts'
import { isToken } from '../../../reasoning/token.ts'
import { stringOf } from '../../../untyped.ts'
import { detailOf } from './reasoning.ts'

/** False for a block that is none of thinking. `extensions`: the reader knows what to do with Claude's own. */
export function takeThinking(reasoning: GivenReasoning, block: JsonObject, extensions: boolean): boolean {
  const detail = detailOf(block, reasoning.count)
  if (!detail) return false
  const signature = block.type === 'thinking' ? block.signature : block.data
  if (isToken(signature)) reasoning.signed(stringOf(block.thinking), signature)
  else if (block.type === 'thinking' && stringOf(signature) === '')
    reasoning.plain(stringOf(block.thinking), extensions ? 'reasoning' : 'reasoning_content')
  else if (extensions) reasoning.detail(detail)
  return true
}

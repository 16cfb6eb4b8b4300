/**
 * What a model behind Converse takes, told by its id, which may have a region's prefix or stand in an ARN. Sources: the
 * pages on prompt caching, structured outputs and the models' parameters in
 * https://docs.aws.amazon.com/bedrock/latest/userguide/, November 2026.
 */
import { stringOf } from '../../../untyped.ts'
import { traitsOf as messagesTraits, type Traits } from '../../anthropic-messages/convert/models.ts'

export interface ConverseTraits extends Traits {
  /** How a wish for reasoning is said. */
  readonly effort: 'messages' | 'reasoning_effort' | 'reasoningConfig' | 'none'
  /** Where top_k stands in `additionalModelRequestFields`; undefined where there is none. */
  readonly topK: readonly string[] | undefined
  /** Cache points: anywhere, not behind tools, or nowhere. */
  readonly caching: 'all' | 'texts' | 'none'
  /** Takes `outputConfig.textFormat`. */
  readonly schemas: boolean
}

const WITHOUT_SCHEMAS =
  /nova|titan|llama|command|jamba|palmyra|mixtral|pixtral|mistral-(?:7b|large-240|small-240)|deepseek\.r1|claude-(?:v|instant|[23]|(?:opus|sonnet)-4-(?:[01]-|20))/

export function traitsOf(model: unknown): ConverseTraits {
  const traits = messagesTraits(model)
  const name = stringOf(model).toLowerCase()
  const nova = name.includes('amazon.nova')
  return {
    ...traits,
    effort: traits.claude
      ? 'messages'
      : name.includes('openai.gpt')
        ? 'reasoning_effort'
        : name.includes('amazon.nova-2')
          ? 'reasoningConfig'
          : 'none',
    topK:
      traits.claude || name.includes('mistral.')
        ? ['top_k']
        : nova
          ? ['inferenceConfig', 'topK']
          : name.includes('cohere.command')
            ? ['k']
            : undefined,
    caching: traits.claude ? 'all' : nova ? 'texts' : 'none',
    schemas: !WITHOUT_SCHEMAS.test(name),
  }
}

/** Signatures of its reasoning may be given back to Claude. Of an ARN that hides its model that is not known. */
export const mayBeClaude = (model: string): boolean => /claude|arn:/.test(model)
